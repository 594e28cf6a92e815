"""HTTP with nothing but the standard library: JSON out and in, retries that are safe, files of any size."""

from __future__ import annotations

import http.client
import time
import uuid
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar
from urllib.parse import quote, urlencode, urlsplit

import msgspec

from parlance_client.errors import Failed, Refused, Unreachable, refusal

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from typing import BinaryIO

T = TypeVar("T")
API_TOKEN = "parlance_"  # noqa: S105  how such tokens begin, and no token
JSON = {"Content-Type": "application/json"}
CHUNK = 256 * 1024
PAUSES = (0.5, 2.0)
"""Seconds before the second and the third try."""
LONGEST_PAUSE = 10.0
FAILURES = 400
"""The first of HTTP's statuses that are failures."""
SEE_OTHER = 303
"""The answer is too large for a function and lies in storage."""
BUSY = frozenset({429, 503})
"""What passes in as many seconds as the answer says."""


class Reply(NamedTuple):
    """An answer that is no failure."""

    status: int
    headers: http.client.HTTPMessage
    body: bytes

    def read(self, kind: type[T]) -> T:
        """Return the JSON as this type; raises Failed when the server speaks another version."""
        try:
            return msgspec.json.decode(self.body, type=kind)
        except msgspec.MsgspecError as error:
            raise Failed(f"The server's answer is not what this client knows: {error}") from error


class Call(NamedTuple):
    """What http.client sends."""

    method: str
    address: str
    content: bytes | None
    headers: dict[str, str]


class Transport:
    """Sends calls to one installation as one user; `token` is a log-in's or an API token (`parlance_...`)."""

    def __init__(self, url: str, *, token: str = "", timeout: float = 60.0) -> None:
        """Open nothing yet; `url` is the front door's address."""
        self.url, self.token, self.timeout = url.rstrip("/"), token, timeout

    def get(self, path: str, **query: str) -> Reply:
        """Read something; `path` is below /api and quoted."""
        return self.send("GET", path, query=query)

    def send(
        self, method: str, path: str, body: Any = None, *, query: Mapping[str, str] | None = None, **headers: str
    ) -> Reply:
        """Send a call, again where that is safe: a change carries a key by which it acts once. Raises Failed.

        The body goes as JSON; headers are written with underscores (`If_Match`).
        """
        content = None if body is None else msgspec.json.encode(body)
        given = {name.replace("_", "-"): value for name, value in headers.items()}
        once = {} if method == "GET" else {"Idempotency-Key": uuid.uuid4().hex}
        call = Call(method, self._address(path, query or {}), content, {**JSON, **self._proof(), **once, **given})
        for pause in PAUSES:
            try:
                return self._exchange(call)
            except Failed as error:
                time.sleep(_pause(error, pause))
        return self._exchange(call)

    def _exchange(self, call: Call) -> Reply:
        connection = connect(self.url, self.timeout)
        try:
            connection.request(*call)
            answer = connection.getresponse()
            reply = Reply(answer.status, answer.headers, answer.read())
        except (OSError, http.client.HTTPException) as error:
            raise Unreachable(f"{self.url} does not answer: {error or type(error).__name__}.") from error
        finally:
            connection.close()
        if reply.status == SEE_OTHER:
            return reply._replace(body=b"".join(fetch(reply.headers["Location"])))
        if reply.status < FAILURES:
            return reply
        raise refusal(reply.status, reply.body, retry_after=reply.headers.get("Retry-After"))

    def _proof(self) -> dict[str, str]:
        has_log_in = self.token and not self.token.startswith(API_TOKEN)
        return {"Authorization": f"Bearer {self.token}"} if has_log_in else {}

    def _address(self, path: str, query: Mapping[str, str]) -> str:
        token = {"api_token": self.token} if self.token.startswith(API_TOKEN) else {}
        words = urlencode({**query, **token})
        return f"{urlsplit(self.url).path}/api{path}" + (f"?{words}" if words else "")


def connect(url: str, timeout: float) -> http.client.HTTPConnection:
    """Return a connection to an address's host, not opened yet; raises Failed for an address that is none."""
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise Failed(f"{url!r} is no address: it begins with http:// or https://.")
    kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
    return kind(parts.hostname, parts.port, timeout=timeout)


def segment(name: str) -> str:
    """Return a name as one segment of a path."""
    return quote(name, safe="")


def query_of(struct: msgspec.Struct) -> dict[str, str]:
    """Return what differs from the defaults as a query string has it."""
    fields = msgspec.structs.fields(struct)
    pairs = {field.encode_name: (getattr(struct, field.name), field.default) for field in fields}
    return {name: _text(value) for name, (value, default) in pairs.items() if value != default}


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return ",".join(map(str, value)) if isinstance(value, tuple) else str(value)


def _pause(error: Failed, least: float) -> float:
    """Return the seconds to wait before the next try; raises the error where another one is no use."""
    if isinstance(error, Refused) and (error.status not in BUSY or error.retry_after > LONGEST_PAUSE):
        raise error
    return max(least, error.retry_after if isinstance(error, Refused) else 0.0)


def fetch(url: str, timeout: float = 60.0) -> Iterator[bytes]:
    """Yield a file from storage in pieces; its address is its permission, so no token goes along."""
    parts, connection = urlsplit(url), connect(url, timeout)
    try:
        connection.request("GET", f"{parts.path}?{parts.query}")
        answer = connection.getresponse()
        if answer.status >= FAILURES:
            raise refusal(answer.status, answer.read())
        while piece := answer.read(CHUNK):
            yield piece
    except (OSError, http.client.HTTPException) as error:
        raise Unreachable(f"The file could not be read from storage: {error or type(error).__name__}.") from error
    finally:
        connection.close()


def store(url: str, file: BinaryIO, size: int, timeout: float = 300.0) -> None:
    """Put a file of `size` bytes into storage; raises Failed."""
    parts, connection = urlsplit(url), connect(url, timeout)
    try:
        connection.request("PUT", f"{parts.path}?{parts.query}", file, {"Content-Length": str(size)})
        answer = connection.getresponse()
        body = answer.read()
    except (OSError, http.client.HTTPException) as error:
        raise Unreachable(f"The file could not be put into storage: {error or type(error).__name__}.") from error
    finally:
        connection.close()
    if answer.status >= FAILURES:
        raise refusal(answer.status, body)
