"""What a free lock costs, and how long a dead holder holds up the others; in Rasa's own environment (see node.py)."""

import asyncio
import statistics
import time

CONVERSATIONS = 40
PAUSE = 0.002
LEASE = 2.0


class Blocked:
    """How long the event loop was busy: the sum and the worst of its callbacks."""

    def __init__(self):
        self.total = self.worst = 0.0
        self._run = asyncio.Handle._run

    def __enter__(self):
        run, watch = self._run, self

        def timed(handle):
            start = time.perf_counter()
            run(handle)
            took = time.perf_counter() - start
            watch.total += took
            watch.worst = max(watch.worst, took)

        asyncio.Handle._run = timed
        return self

    def __exit__(self, *_):
        asyncio.Handle._run = self._run


def count_calls(store):
    """Count the calls to the service, whichever store it is."""
    calls = [0]

    def counted(act):
        def call(*arguments, **options):
            calls[0] += 1
            return act(*arguments, **options)

        return call

    if hasattr(store, "red"):
        store.red.execute_command = counted(store.red.execute_command)
    for service in sides(store):
        for step in ("take", "look", "beat", "evict", "give_back"):
            setattr(service, step, counted(getattr(service, step)))
    return calls


def sides(store):
    """Return our store's service as threads and as the event loop see it; nothing for Rasa's own."""
    return [store._service, store._line._service] if hasattr(store, "_line") else []


async def talk(messages, enter):
    """Send messages to conversations that nobody else talks in; return what the lock added to each one's time."""
    waits = []
    for number in range(messages):
        start = time.perf_counter()
        async with enter(f"free-{number % CONVERSATIONS}"):
            pass
        waits.append(time.perf_counter() - start)
        await asyncio.sleep(PAUSE)
    return waits


class Nothing:
    """A lock that costs nothing: what the measurement itself costs."""

    def __init__(self, _conversation):
        pass

    async def __aenter__(self):
        pass

    async def __aexit__(self, *_):
        pass


async def cost(messages, enter):
    """Return waits, CPU seconds and what the loop was busy with."""
    with Blocked() as blocked:
        start = time.process_time()
        waits = await talk(messages, enter)
        await asyncio.sleep(0.05)
        return waits, time.process_time() - start, blocked


async def measure(store, messages):
    """Return the figures of a free lock."""
    await talk(50, store.lock)
    calls = count_calls(store)
    _, idle, base = await cost(messages, Nothing)
    waits, busy, blocked = await cost(messages, store.lock)
    return {
        "calls_per_message_free": round(calls[0] / messages, 3),
        "cpu_us_per_message": round((busy - idle) / messages * 1e6),
        "loop_blocked_us_per_message": round((blocked.total - base.total) / messages * 1e6),
        "loop_worst_block_us": round(blocked.worst * 1e6),
        "free_p50_ms": round(statistics.median(waits) * 1e3, 3),
    }


async def recover(store, times):
    """Return how long a message waits behind a dead holder, in seconds, the median."""
    waits = []
    for number in range(times):
        store.issue_ticket(f"dead-{number}", LEASE)
        start = time.perf_counter()
        async with store.lock(f"dead-{number}", 60):  # a waiter of Rasa's whose own ticket expires waits for ever
            waits.append(time.perf_counter() - start)
    return {"recovery_s": round(statistics.median(waits), 2)}


async def everything(store, messages):
    return {**await measure(store, messages), **await recover(store, 3)}
