"""What goes back: JSON answers, the contract's one error shape, and the headers that every answer carries."""

from __future__ import annotations

from typing import Any

import msgspec
from chalice.app import Response

from parlance.domain.errors import AppError, Unauthorized
from parlance.domain.version import VERSION

JSON = "application/json"
SAFE_HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}


class Answer(msgspec.Struct, frozen=True):
    """A view's result where 200 and JSON are not enough; `body` is a text when `media` is not JSON."""

    body: Any = None
    status: int = 200
    headers: dict[str, str] = {}
    media: str = JSON


NO_CONTENT = Answer(status=204)


def page(items: Any, total: int, **headers: str) -> Answer:
    """Answer a list as the contract does: a bare array, its whole count in X-Total-Count."""
    return Answer(items, headers={"X-Total-Count": str(total), **headers})


def respond(result: Any) -> Response:
    """Turn whatever a view returned into chalice's response."""
    answer = result if isinstance(result, Answer) else Answer(result)
    headers: dict[str, str | list[str]] = {**SAFE_HEADERS, "Content-Type": answer.media, **answer.headers}
    return Response(_text(answer), headers=headers, status_code=answer.status)


def _text(answer: Answer) -> str:
    if answer.status in {204, 302, 304}:
        return ""
    return msgspec.json.encode(answer.body).decode() if answer.media == JSON else str(answer.body)


def failure(error: AppError, **headers: str) -> Answer:
    """Describe an error as Rasa and Rasa X do."""
    if error.retry_after:
        headers["Retry-After"] = str(error.retry_after)
    if isinstance(error, Unauthorized):
        headers["WWW-Authenticate"] = "Bearer"
    body = {
        "version": VERSION,
        "status": "failure",
        "message": error.message,
        "reason": error.code,
        "details": error.details or {},
        "help": None,
        "code": error.status,
    }
    return Answer(body, error.status, headers)
