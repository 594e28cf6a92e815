"""Many conversations at once."""

from __future__ import annotations

from functions.api.endpoint import API_TOKEN, Call, Resource
from parlance.domain.bulk import Bulk, Done
from parlance.services import bulk as service

bulk = Resource(__name__)


@bulk.endpoint(
    "POST",
    "/conversations/bulk",
    scope="conversations:update",
    accepts=API_TOKEN,
    body=Bulk,
    audit="service",
    answer=Done,
)
def change(call: Call, body: Bulk) -> Done:
    """Review, tag, flag or erase many conversations in one request."""
    return service.change(call.principal, body)
