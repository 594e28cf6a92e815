"""Erasing conversations, and the receipts of it."""

from __future__ import annotations

from functions.api.answers import Answer, page
from functions.api.endpoint import API_TOKEN, Call, Resource
from parlance.domain.erasure import Receipt, ReceiptFilter
from parlance.services import erasure as service

erasure = Resource(__name__)


@erasure.endpoint(
    "DELETE", "/conversations/{sender_id}", scope="metadata:delete", accepts=API_TOKEN, audit="service", answer=Receipt
)
def erase(call: Call, sender_id: str) -> Receipt:
    """Erase a conversation in every store and say what was removed."""
    return service.erase(call.principal, sender_id)


@erasure.endpoint(
    "GET", "/erasures", scope="metadata:delete", accepts=API_TOKEN, query=ReceiptFilter, answer=list[Receipt]
)
def list_receipts(_call: Call, query: ReceiptFilter) -> Answer:
    """List the receipts of erased conversations, the newest first."""
    found, total = service.receipts(query)
    return page(found, total)
