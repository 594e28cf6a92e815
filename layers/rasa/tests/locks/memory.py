"""A service in a dictionary: quick, and as troublesome as a test wants it."""

import asyncio
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

from parlance_rasa.locks.service import Sides
from parlance_rasa.locks.tickets import View


class Memory:
    """The service in a dictionary, with trouble on demand: `before` and `after` are called around every step."""

    def __init__(self):
        self.items, self.calls, self.guard = {}, [], threading.RLock()
        self.before = self.after = lambda step: None

    @contextmanager
    def step(self, name):
        self.calls.append(name)
        self.before(name)
        with self.guard:
            yield
        self.after(name)

    def view(self, key):
        queue = self.items.setdefault(key, {"seq": None, "t": {}, "b": {}})
        return View(dict(queue["t"]), dict(queue["b"]))

    def take(self, key, waiter, base, cap):
        with self.step("take"):
            self.view(key)
            queue = self.items[key]
            if waiter not in queue["t"] and len(queue["t"]) < cap:
                queue["t"][waiter] = queue["seq"] = (queue["seq"] or base) + 1
            return self.view(key)

    def look(self, key):
        with self.step("look"):
            return self.view(key)

    def beat(self, key, waiter, ticket):
        with self.step("beat"):
            beats = self.items[key]["b"]
            beats[waiter] = beats.get(waiter, 0) + 1
            return self.items[key]["t"].get(waiter) == ticket

    def evict(self, key, seen):
        with self.step("evict"):
            return self.items[key]["t"].pop(seen.waiter, None) is not None

    def give_back(self, key, waiter):
        with self.step("give_back"):
            there = self.items[key]["t"].pop(waiter, None) is not None
            return self.view(key) if there else None


class OnLoop:
    """The same service for the event loop, which a slow one must not block."""

    def __init__(self, memory, threads):
        self._memory, self._threads = memory, threads

    def __getattr__(self, step):
        async def call(*arguments):
            act = getattr(self._memory, step)
            return await asyncio.get_running_loop().run_in_executor(self._threads, act, *arguments)

        return call


def both_sides(memory):
    threads = ThreadPoolExecutor(16)
    return Sides(memory, OnLoop(memory, threads), threads.shutdown)


async def left(store):
    """Wait until everything is given back: it goes on in the background."""
    while store._line._rooms or store._line._leaving._tasks:  # noqa: ASYNC110 - the store has no event for it
        await asyncio.sleep(0.01)


async def turn(store, sender="me"):
    async with store.lock(sender) as lock:
        return lock.now_serving
