"""WebSockets between browsers and the live function, as API Gateway puts them together."""

from __future__ import annotations

import base64
import hashlib
import struct
from contextlib import contextmanager, suppress
from threading import Lock
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pytest

from functions.live.app import handler
from parlance.adapters import aws, sockets
from parlance.services import live
from parlance.settings import settings

if TYPE_CHECKING:
    from collections.abc import Iterator
    from http.server import BaseHTTPRequestHandler

MAGIC = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
TEXT, CLOSE = 0x1, 0x8


class Screens:
    """The connections that are open."""

    def __init__(self) -> None:
        self.open: dict[str, BaseHTTPRequestHandler] = {}
        self.turn = Lock()

    def serve(self, request: BaseHTTPRequestHandler) -> None:
        """Take a browser's WebSocket and what it says, until it goes."""
        connection = uuid4().hex
        accept = base64.b64encode(hashlib.sha1(request.headers["Sec-WebSocket-Key"].encode() + MAGIC).digest())
        request.send_response(101)
        for name, value in {"Upgrade": "websocket", "Connection": "Upgrade"}.items():
            request.send_header(name, value)
        request.send_header("Sec-WebSocket-Accept", accept.decode())
        request.end_headers()
        request.close_connection = True
        self.open[connection] = request
        with suppress(ConnectionError, struct.error):
            while (said := self.hear(request)) is not None:
                handler(_event("$default", connection, said), None)
        self.open.pop(connection, None)

    @staticmethod
    def hear(request: BaseHTTPRequestHandler) -> str | None:
        """Read one short frame; None when it says goodbye."""
        first, second = struct.unpack("!BB", request.rfile.read(2))
        size = second & 127
        if size == 126:
            (size,) = struct.unpack("!H", request.rfile.read(2))
        mask = request.rfile.read(4)
        text = bytes(byte ^ mask[at % 4] for at, byte in enumerate(request.rfile.read(size)))
        return None if first & 15 == CLOSE else text.decode()

    def push(self, connection: str, frame: bytes) -> bool:
        """Send a frame; False when nobody is there."""
        request = self.open.get(connection)
        if request is None:
            return False
        size = len(frame)
        head = struct.pack("!BB", 0x80 | TEXT, size) if size < 126 else struct.pack("!BBH", 0x80 | TEXT, 126, size)
        with self.turn, suppress(OSError, ValueError):
            request.wfile.write(head + frame)
            return True
        return False

    def hang_up(self, connection: str) -> None:
        """Close a connection."""
        request = self.open.pop(connection, None)
        if request:
            with self.turn, suppress(OSError, ValueError):
                request.wfile.write(struct.pack("!BB", 0x80 | CLOSE, 0))


def _event(route: str, connection: str, body: str) -> dict[str, Any]:
    return {"requestContext": {"routeKey": route, "connectionId": connection}, "body": body}


@contextmanager
def listening() -> Iterator[Screens]:
    """Let the installation tell screens what changed: as the deployment does, but at once and in this process."""
    screens, table = Screens(), f"live-{uuid4().hex}"
    keys = {"pk": "HASH", "connection": "RANGE"}
    aws.client("dynamodb").create_table(
        TableName=table,
        KeySchema=[{"AttributeName": name, "KeyType": kind} for name, kind in keys.items()],
        AttributeDefinitions=[{"AttributeName": name, "AttributeType": "S"} for name in keys],
        BillingMode="PAY_PER_REQUEST",
    )
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("LIVE_TABLE", table)
        patch.setenv("LIVE_FUNCTION", "live")
        patch.setattr(live, "QUIET", 1e-6)
        patch.setattr(sockets, "push", screens.push)
        patch.setattr(sockets, "hang_up", screens.hang_up)
        patch.setattr(sockets, "set_off", lambda changes: handler({"changes": changes}, None))
        settings.cache_clear()
        live._anybody.cache_clear()
        yield screens
    settings.cache_clear()
    live._anybody.cache_clear()
