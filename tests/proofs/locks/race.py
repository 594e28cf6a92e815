"""Real processes race for conversations: did two turns ever run at once, or in another order than the tickets came?"""

from __future__ import annotations

import random
import statistics
from itertools import pairwise
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from tests.proofs.locks.servers import Nursery

APART = (0.002, 0.01, 0.05, 0.2)
"""How far apart the messages of one round are, in seconds."""
TURN = (0.01, 0.04)
PERIOD = 0.8
"""Seconds between two rounds of a conversation, for each node: Rasa's own stores hand over about once a second."""


class Race(NamedTuple):
    """How many nodes send how many messages, to how many conversations at a time."""

    store: str
    nodes: int
    messages: int
    conversations: int = 24


class Outcome(NamedTuple):
    """What a race showed. Times in milliseconds."""

    messages: int
    failed: int
    overlaps: int
    out_of_order: int
    free_p50_ms: float | None
    handover_p50_ms: float | None
    handover_p99_ms: float | None
    errors: list[str]


def run(nursery: Nursery, race: Race) -> Outcome:
    """Race and judge."""
    options = nursery.servers.options(race.store)
    plans = plan(race)
    if race.store == "rasa_in_memory":  # knows of one process only
        plans = [[message for own in plans for message in own]]
    nodes = nursery.race([{"store": options, "plan": own} for own in plans])
    nodes.go()
    nodes.await_end()
    return judge(nodes.facts())


def plan(race: Race) -> list[list[dict[str, Any]]]:
    """Return each node's messages: in every round each node sends one to the same conversation, a little later each."""
    chance = random.Random(race.messages)
    plans: list[list[dict[str, Any]]] = [[] for _ in range(race.nodes)]
    for round_number in range(race.messages // race.nodes):
        turn, conversation = divmod(round_number, race.conversations)
        apart, period = APART[turn % len(APART)], PERIOD * race.nodes
        at = period * (turn + conversation / race.conversations)
        for place, node in enumerate(chance.sample(range(race.nodes), race.nodes)):
            plans[node].append({
                "at": at + place * apart,
                "conversation": f"c{conversation}-{race.messages}",
                "message": f"{round_number}.{place}",
                "seconds": chance.uniform(*TURN),
            })  # fmt: skip
    return plans


def judge(facts: list[dict[str, Any]]) -> Outcome:
    """Look at what all nodes wrote down."""
    done = [fact for fact in facts if fact["event"] == "done"]
    failed = [fact["error"] for fact in facts if fact["event"] == "failed"]
    by_conversation: dict[str, list[dict[str, Any]]] = {}
    for fact in sorted(done, key=lambda fact: fact["entered"]):
        by_conversation.setdefault(fact["conversation"], []).append(fact)
    turns = list(by_conversation.values())
    waits = [pair for own in turns for pair in handovers(own)]
    free = [fact["entered"] - fact["invoked"] for own in turns for fact in undisturbed(own)]
    return Outcome(
        messages=len(done),
        failed=len(failed),
        overlaps=sum(overlaps(own) for own in turns),
        out_of_order=sum(out_of_order(own) for own in turns),
        free_p50_ms=percentile(free, 50),
        handover_p50_ms=percentile(waits, 50),
        handover_p99_ms=percentile(waits, 99),
        errors=sorted(set(failed))[:3],
    )


def overlaps(turns: list[dict[str, Any]]) -> int:
    """Count turns that began before an earlier one had ended; `turns` are sorted by when they began."""
    count, latest = 0, float("-inf")
    for turn in turns:
        count += turn["entered"] < latest
        latest = max(latest, turn["left"])
    return count


def out_of_order(turns: list[dict[str, Any]]) -> int:
    """Count turns that ran before another whose ticket had been issued before their own message even came in."""
    count, came_last = 0, float("-inf")
    for turn in reversed(turns):  # of those that ran later, the ticket that was there first
        count += -came_last < turn["invoked"]
        came_last = max(came_last, -turn["issued"])
    return count


def handovers(turns: list[dict[str, Any]]) -> list[float]:
    """Return how long it took from the end of a turn to the start of the next one that was waiting by then."""
    pairs = pairwise(turns)
    return [
        then["entered"] - before["left"] for before, then in pairs if then["issued"] < before["left"] < then["entered"]
    ]


def undisturbed(turns: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the turns whose message came when nobody was inside (a tenth of a second after the last)."""
    return [then for before, then in pairwise(turns) if then["invoked"] > before["left"] + 0.1]


def percentile(values: list[float], rank: int) -> float | None:
    """Return a percentile in milliseconds; None without values."""
    if len(values) < 2:
        return None
    return round(statistics.quantiles(values, n=100, method="inclusive")[rank - 1] * 1000, 2)
