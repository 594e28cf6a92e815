"""How calls fail, for the API's document: which of the errors' statuses a route may answer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from functions.api.answers import JSON

if TYPE_CHECKING:
    from functions.api.endpoint import Endpoint

ERRORS = {
    400: "Something in the request is wrong; the message names it.",
    401: "No proof of who calls, or one that is wrong or too old.",
    403: "The permission is missing; the message names it.",
    404: "It does not exist, or the caller may not see it.",
    409: "Another change came first, or the name is taken.",
    412: "It is no longer what `If-Match` names.",
    413: "The body is too large.",
    415: "The body has a content type that this call does not take.",
    422: "The request is understood and cannot be carried out as it stands.",
    429: "Too many tries; `Retry-After` says how long to wait.",
    503: "A part is away or starting; `Retry-After` says when to try again.",
}
WAIT = {"Retry-After": {"schema": {"type": "integer"}, "description": "Seconds."}}
SHAPE = {JSON: {"schema": {"$ref": "#/components/schemas/Error"}}}


def failures() -> dict[str, Any]:
    """Return the document's shared answers, all of one shape."""
    waits = {429, 503}
    return {
        f"E{status}": {"description": text, "content": SHAPE, **({"headers": WAIT} if status in waits else {})}
        for status, text in ERRORS.items()
    }


def errors_of(spec: Endpoint) -> dict[str, Any]:
    """Return references to the failures that a route may answer."""
    statuses = {400, 404, 503}
    if spec.scope is not None:
        statuses |= {401, 403}
    if spec.is_change:
        statuses |= {409, 412, 422, 429}
    if spec.scope is None and spec.method == "POST":
        statuses |= {401, 429}
    if spec.body:
        statuses |= {413, 415}
    return {str(status): {"$ref": f"#/components/responses/E{status}"} for status in sorted(statuses)}
