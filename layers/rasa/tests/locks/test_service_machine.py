"""Any order of steps, on each service, against the protocol in a dictionary. No step's answer may differ."""

import os
import uuid

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from parlance_rasa.locks.tickets import Seen

CAP = 3
WAITERS = st.integers(0, 5).map("w{}".format)
EXAMPLES = int(os.environ.get("LOCK_EXAMPLES", "30"))


class Queue(RuleBasedStateMachine):
    """The service beside its model; `clock` is the wall clock of whoever calls, and may jump back up to a day."""

    queues = remove = None

    @initialize()
    def begin(self):
        self.key, self.clock = "machine-" + uuid.uuid4().hex, 1_795_000_000_000
        self.seq, self.waiting, self.beats, self.issued = None, {}, {}, []

    def expect_take(self, waiter):
        if waiter not in self.waiting and len(self.waiting) < CAP:
            self.seq = self.seq or self.clock
            self.waiting[waiter] = self.seq
            self.issued.append(self.seq)
            self.seq += 1

    @rule(waiter=WAITERS, times=st.integers(1, 3))
    def take(self, waiter, times):
        self.expect_take(waiter)
        for _ in range(times):
            assert self.queues.take(self.key, waiter, self.clock, CAP) == (self.waiting, self.beats)

    @rule()
    def poll(self):
        assert self.queues.look(self.key) == (self.waiting, self.beats)

    @rule(waiter=WAITERS, stale=st.booleans())
    def beat(self, waiter, stale):
        ticket = self.waiting.get(waiter, 1) - stale
        alive = self.waiting.get(waiter) == ticket
        assert self.queues.beat(self.key, waiter, ticket) == alive
        if alive:
            self.beats[waiter] = self.beats.get(waiter, 0) + 1

    @rule(waiter=WAITERS, older=st.integers(0, 1), fewer=st.integers(0, 1))
    def evict(self, waiter, older, fewer):
        seen = Seen(waiter, self.waiting.get(waiter, 1) - older, max(0, self.beats.get(waiter, 0) - fewer), 0.0)
        fits = self.waiting.get(waiter) == seen.ticket and self.beats.get(waiter, 0) == seen.beat
        assert self.queues.evict(self.key, seen) == fits
        if fits:
            self.forget(waiter)

    @rule(waiter=WAITERS)
    def give_back(self, waiter):
        there = waiter in self.waiting
        self.forget(waiter)
        assert self.queues.give_back(self.key, waiter) == ((self.waiting, self.beats) if there else None)

    @rule()
    def expire(self):
        self.remove(self.key)
        self.clock = max([self.clock, *[ticket + 1 for ticket in self.issued]]) + 7 * 24 * 3600 * 1000
        self.seq, self.waiting, self.beats = None, {}, {}

    @rule(jump=st.integers(-24 * 3600 * 1000, 24 * 3600 * 1000))
    def jump(self, jump):
        if self.seq is not None:  # a known conversation: no clock matters
            self.clock += jump

    @invariant()
    def tickets_strictly_grow(self):
        issued = getattr(self, "issued", [])
        assert issued == sorted(set(issued))

    def forget(self, waiter):
        self.waiting.pop(waiter, None)
        self.beats.pop(waiter, None)


def test_a_service_answers_as_the_model_does(service):
    queues, remove = service
    machine = type("Machine", (Queue,), {"queues": queues, "remove": staticmethod(remove)})
    quiet = [HealthCheck.too_slow, HealthCheck.function_scoped_fixture, HealthCheck.differing_executors]
    profile = settings(max_examples=EXAMPLES, stateful_step_count=30, deadline=None, suppress_health_check=quiet)

    run_state_machine_as_test(machine, settings=settings(profile, derandomize="LOCK_EXAMPLES" not in os.environ))
