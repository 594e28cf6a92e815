"""One message's place in its conversation's queue, as this process knows it."""

from __future__ import annotations

import asyncio
import contextlib
import time
from typing import Any, Callable, Optional

from parlance_rasa.locks.tickets import View, Watch


class Room:
    """What the places of one conversation in this process share."""

    def __init__(self) -> None:
        self.loop = asyncio.get_running_loop()
        self.watch = Watch()
        self.last: Optional[Place] = None


class Place:
    """Made on the event loop; the pulse's threads only touch `renewed`, `beating` and, through the loop, `lose`."""

    def __init__(self, key: str, waiter: str, room: Room) -> None:
        self.key, self.waiter, self.room = key, waiter, room
        self.loop = room.loop
        self.task = asyncio.current_task()
        self.ahead = room.last
        """The place that this process took just before, until it and all before it have left."""
        self.queued: asyncio.Future[None] = self.loop.create_future()
        """Done when the ticket is there (or never will be): the next place may take its own, in order."""
        self.left: asyncio.Future[Optional[View]] = self.loop.create_future()
        """Done when the ticket was given back; its result is the queue at that instant, if known."""
        self.taking: Optional[asyncio.Task[View]] = None
        self.ticket = 0
        self.arrived = self.renewed = time.monotonic()
        self.held_since: Optional[float] = None
        self.beating = False
        self.open = True
        self.lost = ""
        """Why the turn was cancelled; empty while it was not."""

    def queue(self, ticket: int) -> None:
        """Take note of the ticket and let the next place take its own."""
        self.ticket = ticket
        self.queued.set_result(None)

    def hold(self) -> None:
        """Start the turn."""
        self.held_since = time.monotonic()

    def lose(self, reason: str) -> None:
        """Cancel the turn, if it is still running. On the event loop."""
        if self.open and self.held_since is not None and not self.lost:
            self.lost = reason
            assert self.task is not None  # noqa: S101 - `lock()` is awaited, so there is a task
            self.task.cancel()

    def leave(self, view: Optional[View]) -> None:
        """Let the next place of this process go on. On the event loop."""
        for future, result in ((self.queued, None), (self.left, view)):
            if not future.done():
                future.set_result(result)

    def on_loop(self, act: Callable[..., None], *args: Any) -> None:
        """Call `act` on the event loop, from any thread; not at all when the loop is closed."""
        with contextlib.suppress(RuntimeError):
            self.loop.call_soon_threadsafe(act, *args)
