"""The audit log."""

from __future__ import annotations

from functions.api.answers import Answer, page
from functions.api.endpoint import API_TOKEN, Call, Resource
from parlance.domain import shapes
from parlance.domain.audit import Wanted
from parlance.services import audit as log_book

audit = Resource(__name__)


@audit.endpoint("GET", "/audit", scope="audit:list", accepts=API_TOKEN, query=Wanted, answer=list[shapes.AuditLine])
def list_audit(_call: Call, query: Wanted) -> Answer:
    """List who did what to which object, the newest first."""
    found = log_book.list_lines(query)
    more = {"X-Next-Cursor": found.cursor} if found.cursor else {}
    bound = {} if found.is_exact else {"X-Total-Count-Is-Minimum": "true"}
    return page(found.items, found.total, **more, **bound)
