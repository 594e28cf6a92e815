"""A service in a dictionary: quick, and as troublesome as a test wants it."""

import threading
from contextlib import contextmanager

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


async def turn(store, sender="me"):
    async with store.lock(sender) as lock:
        return lock.now_serving
