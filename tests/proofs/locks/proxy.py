"""A network that fails: stands between stores and their service, and loses, delays and refuses by chance."""

from __future__ import annotations

import asyncio
import random
import threading
from collections import Counter
from contextlib import suppress
from typing import NamedTuple

from tests.support.postgres import free_port

PROBLEM = b"HTTP/1.1 500 Internal Server Error\r\ncontent-length: 2\r\n\r\n{}"
THROTTLE_BODY = (
    b'{"__type":"com.amazonaws.dynamodb.v20120810#ProvisionedThroughputExceededException","message":"slow down"}'
)
THROTTLE = b"HTTP/1.1 400 Bad Request\r\ncontent-length: %d\r\n\r\n%s" % (len(THROTTLE_BODY), THROTTLE_BODY)


class Faults(NamedTuple):
    """Chances of each fault, per request."""

    reply_lost: float = 0.04
    """The service does it, and nobody hears of it."""
    request_lost: float = 0.02
    late: float = 0.01
    """The request arrives after `delay` seconds, when its sender has long given up on it."""
    error: float = 0.03
    """HTTP only: a 500."""
    throttle: float = 0.03
    """HTTP only."""
    delay: float = 5.0
    latency: float = 0.0
    """Seconds that every request takes on its way, faults or none."""


NEAR = Faults(reply_lost=0, request_lost=0, late=0, error=0, throttle=0, latency=0.0005)
"""No fault, and half a millisecond: another machine in the same data centre."""


class Proxy:
    """Runs on a thread of its own until closed; `counts` tells what it did."""

    def __init__(self, port: int, faults: Faults, *, http: bool) -> None:
        self.port, self.counts = free_port(), Counter[str]()
        self._target, self._faults, self._http = port, faults, http
        self._chance = random.Random(port)
        self._ready, self._stop = threading.Event(), asyncio.Event()
        self._thread = threading.Thread(target=lambda: asyncio.run(self._serve()), daemon=True)
        self._thread.start()
        self._ready.wait(120)

    def close(self) -> None:
        """Drop everything and stop."""
        self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join(10)

    async def _serve(self) -> None:
        self._loop = asyncio.get_running_loop()
        await asyncio.start_server(self._connection, "127.0.0.1", self.port)
        self._ready.set()
        await self._stop.wait()

    async def _connection(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError, asyncio.IncompleteReadError, ValueError):
            upstream = await asyncio.open_connection("127.0.0.1", self._target)
            try:
                if self._http:
                    await self._requests(reader, writer, *upstream)
                else:
                    await self._stream(reader, writer, *upstream)
            finally:
                upstream[1].close()
        writer.close()

    async def _requests(
        self,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        replies: asyncio.StreamReader,
        service: asyncio.StreamWriter,
    ) -> None:
        while True:
            request, fault = await read_http(reader), self._draw()
            if fault in {"error", "throttle"}:
                writer.write(PROBLEM if fault == "error" else THROTTLE)
                continue
            await asyncio.sleep(self._faults.delay if fault == "late" else self._faults.latency)
            if fault == "request_lost":
                return
            service.write(request)
            reply = await read_http(replies)
            if fault in {"reply_lost", "late"}:
                return
            writer.write(reply)

    async def _stream(
        self,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        replies: asyncio.StreamReader,
        service: asyncio.StreamWriter,
    ) -> None:
        """Ask and answer in turn, a piece each: what Redis's and PostgreSQL's protocols do with calls this small."""
        while request := await reader.read(65536):
            fault = self._draw()
            await asyncio.sleep(self._faults.delay if fault == "late" else self._faults.latency)
            if fault == "request_lost":
                return
            service.write(request)
            reply = await replies.read(65536)
            if fault in {"reply_lost", "late"}:
                return
            writer.write(reply)

    def _draw(self) -> str:
        kinds = ("reply_lost", "request_lost", "late", *(("error", "throttle") if self._http else ()))
        chances = {kind: getattr(self._faults, kind) for kind in kinds}
        (fault,) = self._chance.choices([*chances, ""], [*chances.values(), 1 - sum(chances.values())])
        self.counts[fault or "none"] += 1
        return fault


async def read_http(reader: asyncio.StreamReader) -> bytes:
    """Read one request or answer whole (they all tell their length)."""
    head = await reader.readuntil(b"\r\n\r\n")
    lines = head.lower().split(b"\r\n")
    length = next((int(line.split(b":")[1]) for line in lines if line.startswith(b"content-length:")), 0)
    return head + await reader.readexactly(length)
