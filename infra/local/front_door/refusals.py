"""What the front door refuses by itself, in the API's error shape: odd methods, and what is not HTTP."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aiohttp import web
from aiohttp.http_exceptions import BadHttpMessage, LineTooLong

from infra.local.front_door.answers import failure

if TYPE_CHECKING:
    from aiohttp.typedefs import Handler

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
TOO_LONG = "The address or a header is too long: 8190 bytes are the limit."
plain = web.RequestHandler.handle_error


def not_allowed(method: str, allowed: tuple[str, ...]) -> web.Response:
    """Refuse a method, and say which ones there are."""
    answer = failure(405, "MethodNotAllowed", f"{method} is not possible here.")
    answer.headers["Allow"] = ", ".join(allowed)
    return answer


@web.middleware
async def known_methods(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Refuse methods that nobody behind knows, such as TRACE."""
    return await handler(request) if request.method in METHODS else not_allowed(request.method, METHODS)


def shape_malformed() -> None:
    """Make aiohttp answer what is not HTTP as JSON and without a traceback in the log; it has no setting for it."""
    web.RequestHandler.handle_error = handle_error  # type: ignore[method-assign]


def handle_error(
    self: web.RequestHandler,
    request: web.BaseRequest,
    status: int = 500,
    exc: BaseException | None = None,
    message: str | None = None,
) -> web.StreamResponse:
    """Stand in for aiohttp's own, which still handles whatever else goes wrong."""
    if not isinstance(exc, BadHttpMessage) or request.writer.output_size:
        return plain(self, request, status, exc, message)
    words = TOO_LONG if isinstance(exc, LineTooLong) else "This is not an HTTP request that can be understood."
    answer = failure(400, "BadRequest", words)
    answer.force_close()
    return answer
