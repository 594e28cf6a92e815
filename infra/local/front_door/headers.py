"""Which headers cross the front door."""

from __future__ import annotations

from typing import TYPE_CHECKING

from multidict import CIMultiDict

if TYPE_CHECKING:
    from aiohttp import web
    from multidict import CIMultiDictProxy

HOP_BY_HOP = {
    "connection",
    "keep-alive",
    "proxy-authenticate",
    "proxy-authorization",
    "proxy-connection",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
}
FORWARDED = {"forwarded", "x-forwarded-for", "x-forwarded-host", "x-forwarded-proto", "x-forwarded-port", "x-real-ip"}

UNPACKED = {"gzip", "deflate", "br", "zstd"}
"""What aiohttp unpacks while a body arrives, as API Gateway does: behind us it is plain, and of another length."""


def end_to_end(headers: CIMultiDictProxy[str]) -> CIMultiDict[str]:
    """Return the headers without those that concern one connection only."""
    named = {name.strip().lower() for value in headers.getall("Connection", []) for name in value.split(",")}
    gone = HOP_BY_HOP | named
    return CIMultiDict((name, value) for name, value in headers.items() if name.lower() not in gone)


def is_packed_twice(request: web.Request) -> bool:
    """Tell whether several encodings are named, in a line or in several: aiohttp would undo one of them at most."""
    return "," in ",".join(request.headers.getall("Content-Encoding", []))


def to_upstream(request: web.Request) -> CIMultiDict[str]:
    """Return the request's headers for the server behind: what a visitor says about forwarding is not believed."""
    kept, gone = end_to_end(request.headers), FORWARDED | {"host"}
    if request.headers.get("Content-Encoding", "").lower() in UNPACKED:
        gone |= {"content-encoding", "content-length"}
    headers = CIMultiDict((name, value) for name, value in kept.items() if name.lower() not in gone)
    headers["X-Forwarded-For"] = request.remote or "127.0.0.1"
    headers["X-Forwarded-Host"] = request.host
    headers["X-Forwarded-Proto"] = request.scheme
    return headers
