"""Calls that the event loop makes itself: answers in time, answers too late, callers that go away, loops that end."""

import asyncio
import socket
import threading
import time

import pytest

from parlance_rasa.locks.calls import Connections, InThread, OnLoop
from parlance_rasa.locks.options import Options
from parlance_rasa.locks.service import finish
from parlance_rasa.locks.store import TicketLockStore
from parlance_rasa.locks.stream import Stream

from .memory import Memory, both_sides, turn


class Echo(Stream):
    """A channel whose other side is in the test's hand; an answer is a line."""

    def send(self, request):
        self.start(request)

    def whole(self):
        return self.received.endswith(b"\n")

    def answer(self):
        return self.received


@pytest.fixture
def service():
    """Connections to a server that the test plays: how many were opened, and their other ends."""
    ends = []

    def open_one():
        mine, other = socket.socketpair()
        ends.append(other)
        return Echo(mine)

    connections = Connections(open_one, 30.0, 2)
    yield connections, ends
    connections.close()
    for end in ends:
        end.close()


def answer(ends):
    """Answer the next request on the newest connection."""

    def serve():
        while not ends:
            time.sleep(0.005)
        ends[-1].recv(100)
        ends[-1].sendall(b"yes\n")

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    return thread


def test_what_a_thread_opened_the_loop_uses_and_the_other_way_round(service, run):
    connections, ends = service

    for _ in range(3):
        answer(ends)
        assert run(OnLoop(connections).ask(b"?")) == b"yes\n"
        answer(ends)
        assert finish(InThread(connections).ask(b"?")) == b"yes\n"

    assert len(ends) == 1


@pytest.mark.parametrize("side", [InThread, OnLoop])
def test_no_answer_is_a_timeout_and_ends_the_connection(service, run, side):
    connections, ends = service
    answer(ends)
    run(OnLoop(connections).ask(b"?"))

    connections.timeout = 0.3
    with pytest.raises(TimeoutError, match=r"no answer within 0\.3 s"):
        run(side(connections).ask(b"?"))

    assert connections.idle() is None


def test_a_loop_that_was_busy_finds_the_answer_and_not_the_time_over(service, run):
    connections, ends = service
    answer(ends)
    run(OnLoop(connections).ask(b"?"))
    connections.timeout = 0.3

    async def busy():
        call = asyncio.ensure_future(OnLoop(connections).ask(b"?"))
        await asyncio.sleep(0)
        answer(ends).join()
        time.sleep(0.5)  # noqa: ASYNC251 - a model does this
        return await call

    assert run(busy()) == b"yes\n"


def test_a_caller_that_goes_away_takes_its_connection_along(service, run):
    connections, ends = service
    answer(ends)
    run(OnLoop(connections).ask(b"?"))

    async def cancelled():
        call = asyncio.ensure_future(OnLoop(connections).ask(b"?"))
        await asyncio.sleep(0.05)
        call.cancel()
        with pytest.raises(asyncio.CancelledError):
            await call

    run(cancelled())

    assert connections.idle() is None  # or the next caller would read the answer to this one


def keep_two(connections):
    with connections.calling(connections.open()), connections.calling(connections.open()):
        pass


@pytest.mark.parametrize("side", [InThread, OnLoop])
def test_a_call_that_fails_ends_the_idle_connections_too(service, run, side):
    connections, _ = service
    keep_two(connections)

    connections.timeout = 0.1
    with pytest.raises(TimeoutError):
        run(side(connections).ask(b"?"))

    assert connections.idle() is None


def test_a_caller_that_goes_away_leaves_the_idle_connections(service, run):
    connections, _ = service
    keep_two(connections)

    async def cancelled():
        call = asyncio.ensure_future(OnLoop(connections).ask(b"?"))
        await asyncio.sleep(0.05)
        call.cancel()
        await asyncio.wait([call])

    run(cancelled())

    assert connections.idle() is not None
    assert connections.idle() is None


def test_a_call_that_found_no_thread_in_time_is_not_begun(run):
    opened, go_on = [], threading.Event()

    def open_one():
        opened.append(True)
        go_on.wait(30)
        raise ConnectionRefusedError

    async def two_calls():
        first = asyncio.ensure_future(OnLoop(connections).ask(b"?"))
        while not opened:  # noqa: ASYNC110 - a thread does it
            await asyncio.sleep(0.01)
        connections.timeout = 0.1
        second = asyncio.ensure_future(OnLoop(connections).ask(b"?"))
        await asyncio.sleep(0)  # it has asked for a thread
        await asyncio.sleep(0.2)
        go_on.set()
        return await asyncio.gather(first, second, return_exceptions=True)

    connections = Connections(open_one, 30, 1)
    first, second = run(two_calls())
    connections.close()

    assert isinstance(first, ConnectionRefusedError)
    assert str(second) == "no thread was free to open a connection within 0.1 s"
    assert len(opened) == 1


def test_a_connection_that_ended_meanwhile_is_not_used(service, run):
    connections, ends = service
    answer(ends)
    run(OnLoop(connections).ask(b"?"))
    ends[0].close()
    opened = ends[:]

    thread = threading.Thread(target=lambda: wait_for_more(ends, opened), daemon=True)
    thread.start()
    assert run(OnLoop(connections).ask(b"?")) == b"again\n"


def wait_for_more(ends, before):
    while len(ends) == len(before):
        time.sleep(0.005)
    ends[-1].recv(100)
    ends[-1].sendall(b"again\n")


def open_store(memory):
    return TicketLockStore(both_sides(memory), Options(lease=5, metrics=0), name="memory", first_poll=0.01)


def test_a_loop_that_ends_right_after_the_turn_leaves_no_ticket(run):
    memory = Memory()
    store = open_store(memory)
    memory.before = lambda step: time.sleep(0.05)

    run(turn(store))  # asyncio.run cancels what is left of its tasks
    store.close()

    assert memory.view("me").tickets == {}


def test_a_loop_that_stands_still_leaves_no_ticket_when_the_store_is_closed():
    memory = Memory()
    store = open_store(memory)
    memory.before = lambda step: time.sleep(0.05)
    loop = asyncio.new_event_loop()

    loop.run_until_complete(turn(store))
    assert memory.view("me").tickets
    store.close()

    assert memory.view("me").tickets == {}
    assert store.metrics.totals()["lost_leases"] == 0
    loop.close()


def test_the_loop_makes_its_calls_without_a_thread(open_store, sender, run):
    store = open_store()

    async def talk():
        for _ in range(20):
            await turn(store, sender)
            await asyncio.sleep(0.01)

    run(turn(store, sender))
    before = threading.active_count()
    run(talk())

    assert threading.active_count() <= before + 1  # the pulse's own
