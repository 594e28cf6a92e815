"""What tests of a lock store say of who was inside, and how they wait for an empty queue."""

import asyncio
import time

PATIENCE = 240  # seconds; only a broken store, never a busy machine, needs so many


class Journal:
    """Notes who is inside, when, and how many are at once."""

    def __init__(self):
        self.order, self.inside, self.most = [], 0, 0

    async def turn(self, store, sender, name, seconds=0.01):
        async with store.lock(sender):
            self.inside += 1
            self.most = max(self.most, self.inside)
            self.order.append(name)
            await asyncio.sleep(seconds)
            self.inside -= 1


async def empty(store, sender):
    """Wait until nobody is in the queue: giving back goes on in the background."""
    until = time.monotonic() + PATIENCE
    while store.get_lock(sender):
        assert time.monotonic() < until, "the queue never got empty"
        await asyncio.sleep(0.01)


async def filled(store, sender, count):
    """Wait until so many are in the queue."""
    until = time.monotonic() + PATIENCE
    while len(getattr(store.get_lock(sender), "tickets", ())) < count:
        assert time.monotonic() < until, "the queue never got full"
        await asyncio.sleep(0.01)
