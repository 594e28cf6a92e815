"""Short forms of the long proofs (`python -m tests.proofs.locks`): real processes of real Rasa code, real services.

LOCK_RACE_MESSAGES is how many messages a store gets in a race.
"""

from __future__ import annotations

import os

import pytest

from tests.proofs.locks import faults, race, strikes
from tests.proofs.locks.proxy import NEAR, Faults
from tests.proofs.locks.servers import OURS, PYTHON, Nursery, Servers
from tests.proofs.locks.strikes import Strike

MESSAGES = int(os.environ.get("LOCK_RACE_MESSAGES", "192"))

pytestmark = [
    pytest.mark.skipif(not PYTHON.exists(), reason="Rasa's own environment is not installed"),
    pytest.mark.xdist_group("locks"),
]


@pytest.fixture(scope="module")
def nursery():
    with Servers() as servers:
        yield Nursery(servers)


@pytest.mark.parametrize("nodes", [2, 4])
@pytest.mark.parametrize("store", OURS)
def test_turns_of_several_nodes_run_one_by_one_in_order(nursery, store, nodes):
    outcome = race.run(nursery, race.Race(store, nodes, MESSAGES))

    assert outcome.messages == MESSAGES, outcome.errors
    assert (outcome.overlaps, outcome.out_of_order) == (0, 0)


def test_the_race_finds_out_a_store_that_does_not_exclude(nursery):
    """Rasa's own Redis store: if the race could not see its overlaps, it would prove nothing about ours."""
    outcome = faults.run(nursery, race.Race("rasa_redis", 2, MESSAGES), NEAR).outcome

    assert outcome.overlaps > 0


@pytest.mark.parametrize("store", OURS)
def test_a_failing_network_loses_no_message_and_doubles_none(nursery, store):
    messages = MESSAGES // 2

    weather = faults.run(nursery, race.Race(store, 2, messages), Faults())

    assert weather.outcome.messages == messages, weather
    assert (weather.outcome.overlaps, weather.outcome.out_of_order) == (0, 0)
    assert weather.faults["reply_lost"]


@pytest.mark.parametrize(
    ("store", "strike"),
    [
        ("dynamodb", Strike("turn", "inside", "SIGKILL", "holder")),
        ("dynamodb", Strike("turn", "inside", "SIGSTOP", "holder")),
        ("dynamodb", Strike("take", "after", "SIGSTOP", "holder")),
        ("redis", Strike("beat", "after", "SIGKILL", "waiter")),
        ("postgres", Strike("give_back", "before", "SIGKILL", "holder")),
        ("redis", Strike("evict", "before", "SIGKILL", "waiter")),
    ],
    ids=str,
)
def test_the_others_go_on_within_a_lease_and_a_poll(nursery, store, strike, monkeypatch):
    monkeypatch.setattr(strikes, "LEASE", 2.4)  # the long form measures; here processes may stand still for a while
    monkeypatch.setattr(strikes, "SLACK", 20.0)

    recovery = strikes.run(nursery, store, strike)

    assert strikes.fault(strike, recovery) == "", recovery
