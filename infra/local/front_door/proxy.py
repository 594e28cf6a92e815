"""Passes a request to the server behind and its answer back, both as they come, neither held in memory."""

from __future__ import annotations

import asyncio
import sys
from typing import TYPE_CHECKING

import aiohttp
from aiohttp import web
from yarl import URL

from infra.local.front_door.answers import failure
from infra.local.front_door.headers import end_to_end, is_packed_twice, to_upstream

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from infra.local.front_door.targets import Target

CHUNK = 64 * 1024
UNREACHABLE = (aiohttp.ClientConnectorError, ConnectionRefusedError)
BODILESS = {"GET", "HEAD", "OPTIONS"}


class TooLargeError(Exception):
    """The body is larger than the target takes."""


class UnreadableError(Exception):
    """The body is not packed as its header says."""


class NotThereError(Exception):
    """Nobody listens at the target."""


async def forward(
    request: web.Request, target: Target, path: str, session: aiohttp.ClientSession
) -> web.StreamResponse:
    """Pass on one request; `path` is raw, with its query. Raises NotThereError when nobody listens at the target."""
    if refusal := refused_unread(request, target):
        return refusal
    try:
        return await exchange(request, target, path, session)
    except UNREACHABLE as error:
        raise NotThereError from error
    except TimeoutError:
        return failure(504, "Timeout", f"{target.name} did not answer in time; the same call may work later.")
    except aiohttp.ClientError as error:
        if isinstance(error.__cause__, TooLargeError):  # aiohttp wraps what the body's source raises
            return too_large(target)
        if isinstance(error.__cause__, UnreadableError):
            return refused(400, "BadRequest", "The body is not packed as its Content-Encoding says.")
        print(f"{request.method} {request.path}: {type(error).__name__}", file=sys.stderr)
        return failure(502, "BadGateway", f"{target.name} broke off; the same call may work later.")


def refused_unread(request: web.Request, target: Target) -> web.Response | None:
    """Refuse a body for what its headers say; None when they say nothing against it."""
    if (request.content_length or 0) > target.largest:
        return too_large(target)
    if is_packed_twice(request):
        request.content.feed_eof()  # nobody unpacks the rest
        return refused(415, "UnsupportedMediaType", "A body has one Content-Encoding at most.")
    return None


async def exchange(
    request: web.Request, target: Target, path: str, session: aiohttp.ClientSession
) -> web.StreamResponse:
    """Send the request and stream the answer."""
    times = aiohttp.ClientTimeout(total=target.longest or None, sock_connect=3, sock_read=target.silence)
    async with session.request(
        request.method,
        URL(target.url + path, encoded=True),
        headers=to_upstream(request),
        data=limited(request, target.largest) if has_body(request) else None,
        allow_redirects=False,
        timeout=times,
    ) as upstream:
        return await stream_back(request, upstream)


def has_body(request: web.Request) -> bool:
    """Tell whether a body is announced; a GET without one must not be sent a chunked nothing."""
    announced = request.content_length or "Transfer-Encoding" in request.headers
    return bool(announced) if request.method in BODILESS else request.body_exists


async def limited(request: web.Request, largest: int) -> AsyncIterator[bytes]:
    """Yield the body; raises TooLargeError once it is over the limit, whatever its header said, or UnreadableError."""
    seen = 0
    try:
        async for chunk in request.content.iter_chunked(CHUNK):
            seen += len(chunk)
            if seen > largest:
                raise TooLargeError
            yield chunk
    except web.RequestPayloadError as error:
        request.content.feed_eof()  # there is no more to be read
        raise UnreadableError from error


async def stream_back(request: web.Request, upstream: aiohttp.ClientResponse) -> web.StreamResponse:
    """Pass the answer on chunk by chunk; once begun, a break is a broken connection, never a false end."""
    response = web.StreamResponse(status=upstream.status, reason=upstream.reason, headers=end_to_end(upstream.headers))
    await response.prepare(request)
    try:
        async for chunk in upstream.content.iter_any():
            await response.write(chunk)
        await response.write_eof()
    except (aiohttp.ClientError, TimeoutError):
        if request.transport:
            request.transport.abort()
    except (ConnectionResetError, asyncio.CancelledError):
        upstream.close()
        raise
    return response


def too_large(target: Target) -> web.Response:
    """Refuse a body that is over the limit."""
    return refused(413, "TooLarge", f"The body is over the limit of {target.largest // (1024 * 1024)} MB.")


def refused(status: int, code: str, message: str) -> web.Response:
    """Refuse a body; the connection is closed, because nobody reads the rest."""
    answer = failure(status, code, message)
    answer.force_close()
    return answer
