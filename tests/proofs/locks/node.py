"""The nodes of a race, in Rasa's own environment: Rasa's agent around a lock store and a bot that only takes time.

Rasa takes its time to load, so one process loads it and then forks a node for every line on its input (JSON: store,
plan, journal, go). A node writes `ready`, waits for the file `go`, which tells when to start, and handles each message
of its plan at its moment. Times are the system's monotonic clock, the same in all processes.
"""

import asyncio
import itertools
import json
import os
import signal
import sys
import threading
import time
import traceback

from measure import everything, sides
from rasa.core.agent import Agent
from rasa.core.channels.channel import UserMessage
from rasa.core.lock_store import LockStore
from rasa.core.tracker_store import InMemoryTrackerStore
from rasa.shared.core.domain import Domain
from rasa.utils.endpoints import EndpointConfig

from parlance_rasa.turn import current_ticket

STUCK = 60.0


class Journal:
    """A line a fact, written at once, so that a killed process has said what it did."""

    def __init__(self, path):
        self._file = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)

    def write(self, **fact):
        os.write(self._file, (json.dumps(fact) + "\n").encode())


class Bot:
    """Takes its time in the place of Rasa's message processor."""

    def __init__(self, journal, tickets):
        self.journal, self.tickets = journal, tickets
        self.inside = lambda: None

    async def handle_message(self, message):
        entered = time.monotonic()
        self.journal.write(event="entered", message=message.text, conversation=message.sender_id, at=entered)
        self.inside()
        try:
            await asyncio.sleep(message.metadata["seconds"])
        except asyncio.CancelledError:
            self.journal.write(event="cancelled", message=message.text, at=time.monotonic())
            raise
        left = time.monotonic()
        return {"entered": entered, "left": left, "issued": self.tickets.issued(message.sender_id)}


class Tickets:
    """When a message got its ticket: as seen where the store returns it, be it Rasa's own or ours."""

    def __init__(self, store):
        self._at = {}
        if hasattr(store, "_line"):
            store._line._service.take = self._watched_on_loop(store._line._service.take)
        else:
            store.issue_ticket = self._watched(store.issue_ticket, lambda key, *_: (key, asyncio.current_task()))

    def _watched(self, take, name):
        def watched(*arguments):
            answer = take(*arguments)
            self._at[name(*arguments)] = time.monotonic()
            return answer

        return watched

    def _watched_on_loop(self, take):
        async def watched(key, waiter, *arguments):
            answer = await take(key, waiter, *arguments)
            self._at[key, answer.tickets.get(waiter)] = time.monotonic()
            return answer

        return watched

    def issued(self, conversation):
        """Return when the message that is being handled got its ticket."""
        ticket = current_ticket.get()
        return self._at.pop((conversation, asyncio.current_task() if ticket is None else ticket))


async def handle(agent, journal, step, stuck):
    """Handle one message at its moment and note how it went."""
    await asyncio.sleep(max(0, step["at"] - time.monotonic()))
    message = UserMessage(step["message"], sender_id=step["conversation"], metadata={"seconds": step["seconds"]})
    fact = {"message": step["message"], "conversation": step["conversation"], "invoked": time.monotonic()}
    try:
        times = await asyncio.wait_for(agent.handle_message(message), stuck)
        journal.write(event="done", **fact, **times)
    except Exception as error:  # noqa: BLE001 - whatever a store raises is a fact of the race
        journal.write(event="failed", **fact, error=f"{type(error).__name__}: {error}")


def started(path):
    """Return the moment to start at, once the file says it."""
    while not os.path.exists(path):  # noqa: PTH110 - as everywhere in Rasa's environment
        time.sleep(0.01)
    with open(path) as file:  # noqa: PTH123
        return float(file.read())


async def run(configuration):
    journal = Journal(configuration["journal"])
    store, domain = LockStore.create(EndpointConfig(**configuration["store"])), Domain.empty()
    if "measure" in configuration:
        journal.write(event="ready")
        journal.write(event="measured", **await everything(store, configuration["measure"]))
        return
    agent = Agent(domain=domain, tracker_store=InMemoryTrackerStore(domain), lock_store=store)
    agent.processor = Bot(journal, Tickets(store))
    if "signal" in configuration:
        strike(agent, configuration["signal"], journal)
    journal.write(event="ready", pid=os.getpid())
    start = started(configuration["go"])
    steps = [dict(step, at=start + step["at"]) for step in configuration["plan"]]
    await asyncio.gather(*(handle(agent, journal, step, configuration.get("stuck", STUCK)) for step in steps))
    if hasattr(store, "metrics"):
        store.close()
        journal.write(event="metrics", **store.metrics.totals())


def strike(agent, blow, journal):
    """Let the process be killed or stopped by itself before or after its first call of a step, or inside its turn."""

    def hit():
        journal.write(event="struck", at=time.monotonic())
        signal.pthread_kill(threading.get_ident(), getattr(signal, blow["name"]))  # this thread, so: not a step further

    if blow["step"] == "turn":
        agent.processor.inside = hit
        return
    calls = itertools.count(1)
    for service in sides(agent.lock_store):
        setattr(service, blow["step"], struck(getattr(service, blow["step"]), blow["moment"], calls, hit))


def struck(step, moment, calls, hit):
    """Wrap a step, of threads or of the event loop, so that its first call on either hits."""

    def begin():
        fatal = next(calls) == 1
        if fatal and moment == "before":
            hit()
        return fatal and moment == "after"

    def call(*arguments):
        fatal = begin()
        answer = step(*arguments)
        if fatal:
            hit()
        return answer

    async def call_on_loop(*arguments):
        fatal = begin()
        answer = await step(*arguments)
        if fatal:
            hit()
        return answer

    return call_on_loop if asyncio.iscoroutinefunction(step) else call


def main():
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    print("ready", flush=True)
    for line in sys.stdin:
        pid = os.fork()
        if pid == 0:
            configuration = json.loads(line)
            if "measure" in configuration:  # on Python's own loop, whose callbacks can be timed
                asyncio.set_event_loop_policy(None)
            try:
                asyncio.run(run(configuration))
            except BaseException:  # noqa: BLE001 - whatever it is, a child must not go on as its parent
                traceback.print_exc()
            sys.stderr.flush()
            os._exit(0)
        print(pid, flush=True)


if __name__ == "__main__":
    main()
