"""The lock's proof: every state of the two models, and every weakened variant found out by the same search."""

from __future__ import annotations

import pytest

from tests.proofs.locks.explore import explore
from tests.proofs.locks.leases import Leases
from tests.proofs.locks.turns import Budget, Turns


@pytest.mark.parametrize(
    "budget",
    [
        Budget(),
        Budget(evictions=2, crashes=1),
        Budget(evictions=1, crashes=1, repeats=1, removals=1),
        Budget(evictions=1, late=1),
    ],
    ids=repr,
)
def test_no_update_is_lost_tickets_grow_and_nobody_waits_for_ever(budget):
    verdict = explore(Turns(processes=3, messages=2, budget=budget))

    assert verdict.fault is None, verdict
    assert verdict.states > 100


@pytest.mark.parametrize(
    ("weakened", "fault"),
    [
        (Turns(store="none", budget=Budget(evictions=1)), "lost update"),
        (Turns(store="ticket", budget=Budget(evictions=1)), "lost update"),
        (Turns(base="zero", budget=Budget(removals=1)), "a ticket was issued twice"),
        (Turns(take="append", budget=Budget(repeats=1)), "two turns at once, though nobody was put out"),
    ],
    ids=["no version compare", "token checked at the write only", "tickets restart", "take not repeatable"],
)
def test_the_search_finds_the_fault_of_a_weakened_protocol(weakened, fault):
    verdict = explore(weakened)

    assert verdict.fault == fault
    assert verdict.trace


def test_a_holder_is_never_put_out_before_its_own_lease_is_over():
    verdict = explore(Leases())

    assert verdict.fault is None, verdict
    assert verdict.states > 1_000


@pytest.mark.parametrize(
    "weakened",
    [Leases(judge="wall"), Leases(since="sent"), Leases(deadline="reply"), Leases(evict="blind")],
    ids=["wall-clock expiry", "watch from the request", "lease from the reply", "eviction without compare"],
)
def test_the_search_finds_the_fault_of_a_weakened_lease(weakened):
    assert explore(weakened).fault == "put out while it held"
