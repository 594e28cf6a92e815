"""Calls over connections that stay open: driven by the event loop itself, or by a thread, never both at once.

A connection is opened by a thread, because names are looked up and TLS is agreed upon in blocking ways. From then on
the event loop uses it without a thread: a hop to one and back costs more than a call to a Redis close by.
"""

from __future__ import annotations

import asyncio
import select
import time
from collections import deque
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from typing import Any, Callable, Deque, Iterator, Optional, Protocol, TypeVar

T = TypeVar("T")
DONE, READ, WRITE = 0, 1, 2
TIMEOUT_WORDS = "no answer within {:g} s"
BUSY_WORDS = "no thread was free to open a connection within {:g} s"


class Channel(Protocol):
    """An open connection with one request at a time; nothing in it waits. One that raised is not used again."""

    last: bool
    """Whether the other side has said that it hangs up after this answer."""

    def fileno(self) -> int:
        """Return what to wait for."""

    def send(self, request: Any) -> None:
        """Begin a request."""

    def step(self) -> int:
        """Go on as far as possible: DONE when the answer is there, else READ or WRITE, which it waits for."""

    def answer(self) -> Any:
        """Return the answer, once."""

    def close(self) -> None:
        """Hang up."""


class Carrier(Protocol):
    """How a service's calls are made: see `InThread` and `OnLoop`."""

    async def ask(self, request: Any) -> Any:
        """Return the answer; raises OSError or the driver's own errors."""

    async def run(self, act: Callable[[], T]) -> T:
        """Call what may block."""


class Connections:
    """Those of one service that are idle. At most `most` are kept; more exist only while more calls are under way."""

    def __init__(self, open_one: Callable[[], Channel], timeout: float, most: int) -> None:
        self.open, self.timeout = open_one, timeout
        self.threads = ThreadPoolExecutor(most, thread_name_prefix="parlance-call")
        self._idle: Deque[Channel] = deque()
        self._most = most

    def idle(self) -> Optional[Channel]:
        """Return one that is open and idle, the one used last; None when there is none."""
        while True:
            try:
                channel = self._idle.pop()
            except IndexError:
                return None
            if not has_ended(channel):
                return channel
            channel.close()

    @contextmanager
    def calling(self, channel: Channel) -> Iterator[None]:
        """Take one back whose call went well. What fails ends the idle ones too: a fail-over leaves them all dead."""
        try:
            yield
        except Exception:
            channel.close()
            self._hang_up()
            raise
        except BaseException:  # a caller that goes away says nothing about the others
            channel.close()
            raise
        self._keep(channel)

    def _keep(self, channel: Channel) -> None:
        if len(self._idle) < self._most and not channel.last:
            self._idle.append(channel)
        else:
            channel.close()

    def close(self) -> None:
        """Hang up on all that are idle, and end the threads. Blocks."""
        self.threads.shutdown()
        self._hang_up()

    def _hang_up(self) -> None:
        with suppress(IndexError):
            while True:
                self._idle.pop().close()


class InThread:
    """Calls that block, for `service.finish`."""

    def __init__(self, connections: Connections) -> None:
        self._connections = connections

    async def ask(self, request: Any) -> Any:
        """Return the answer; raises OSError or the driver's own errors."""
        return ask(self._connections, request)

    async def run(self, act: Callable[[], T]) -> T:
        """Call what may block."""
        return act()


class OnLoop:
    """Calls that the event loop makes itself."""

    def __init__(self, connections: Connections) -> None:
        self._connections = connections

    async def ask(self, request: Any) -> Any:
        """Return the answer; raises OSError or the driver's own errors. Only a thread opens a connection."""
        channel = self._connections.idle()
        if channel is None:
            begin_by = time.monotonic() + self._connections.timeout
            return await self.run(lambda: ask(self._connections, request, begin_by))
        with self._connections.calling(channel):
            channel.send(request)
            await _ready(channel, self._connections)
            return channel.answer()

    async def run(self, act: Callable[[], T]) -> T:
        """Call what may block, on a thread."""
        return await asyncio.get_running_loop().run_in_executor(self._connections.threads, act)


def ask(connections: Connections, request: Any, begin_by: float = float("inf")) -> Any:
    """Send a request and return the answer. Blocks: opening and answering may each take the connections' time-out.

    Too late to begin is a TimeoutError: behind many that wait for a service that is away nobody's patience would end.
    """
    if time.monotonic() > begin_by:
        raise TimeoutError(BUSY_WORDS.format(connections.timeout))
    channel = connections.idle() or connections.open()
    with connections.calling(channel):
        channel.send(request)
        wait(channel, connections.timeout)
        return channel.answer()


def wait(channel: Channel, timeout: float) -> None:
    """Drive a channel until its answer is there; raises TimeoutError. Blocks."""
    until = time.monotonic() + timeout
    while True:
        need = channel.step()
        if need == DONE:
            return
        left = until - time.monotonic()
        if left <= 0:
            raise TimeoutError(TIMEOUT_WORDS.format(timeout))
        _poll(channel, need, left)


async def _ready(channel: Channel, connections: Connections) -> None:
    """Do what `wait` does, on the event loop. A loop that was busy finds the answer before it finds the time over."""
    loop = asyncio.get_running_loop()
    until = loop.time() + connections.timeout
    while True:
        need = channel.step()
        if need == DONE:
            return
        if loop.time() >= until:
            raise TimeoutError(TIMEOUT_WORDS.format(connections.timeout))
        await _signal(loop, channel.fileno(), need, until)


async def _signal(loop: asyncio.AbstractEventLoop, number: int, need: int, until: float) -> None:
    """Return when the connection is ready, or the time is over."""
    ready = loop.create_future()
    add, remove = (loop.add_reader, loop.remove_reader) if need == READ else (loop.add_writer, loop.remove_writer)
    add(number, _wake, ready)
    timer = loop.call_at(until, _wake, ready)
    try:
        await ready
    finally:
        timer.cancel()
        remove(number)


def _wake(ready: asyncio.Future[None]) -> None:
    if not ready.done():
        ready.set_result(None)


def has_ended(channel: Channel) -> bool:
    """Return whether the other side has hung up meanwhile: using it then would look like a lost reply."""
    return _poll(channel, READ, 0.0)


def _poll(channel: Channel, need: int, seconds: float) -> bool:
    ready = select.poll()
    ready.register(channel.fileno(), select.POLLIN if need == READ else select.POLLOUT)
    return bool(ready.poll(seconds * 1000))
