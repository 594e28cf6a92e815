"""Processes die or freeze at every step of the protocol: do the others go on within a lease and a poll?"""

from __future__ import annotations

import os
import signal
import time
from typing import TYPE_CHECKING, Any, NamedTuple

from tests.proofs.locks.race import overlaps

if TYPE_CHECKING:
    from tests.proofs.locks.servers import Nodes, Nursery

LEASE, POLL = 0.9, 0.25
APART = 0.3
"""Seconds between messages: enough for a take on a busy machine."""
SLACK = float(os.environ.get("LOCK_SLACK", "0.5"))
"""Seconds that a busy machine may add."""


class Strike(NamedTuple):
    """What hits the victim, and where: just before or after its first call of a step, as a holder or as a waiter."""

    step: str
    moment: str
    name: str
    role: str

    def __str__(self) -> str:
        """Name the case."""
        return f"{self.name} {self.moment} the {self.role}'s {self.step}"


STEPS = {"holder": ("take", "beat", "give_back"), "waiter": ("take", "look", "beat", "evict")}
STRIKES = [
    Strike(step, moment, name, role)
    for name in ("SIGKILL", "SIGSTOP")
    for role, steps in STEPS.items()
    for step in steps
    for moment in ("before", "after")
] + [Strike("turn", "inside", name, "holder") for name in ("SIGKILL", "SIGSTOP")]


class Recovery(NamedTuple):
    """How a case ended."""

    seconds: float
    """From the blow, or the end of the turn before it if that was later, to the survivor's turn."""
    overlaps: int
    victim: str
    """What became of the victim's message: done, failed (and why), or nothing."""


def run(nursery: Nursery, store: str, strike: Strike) -> Recovery:
    """Strike one process and watch the others; the victim is the first node, the survivor the last."""
    options = {**nursery.servers.options(store), "lease": LEASE}
    conversation = f"{strike}-{time.monotonic_ns()}".replace(" ", "-")
    nodes = nursery.race([configuration(options, conversation, one) for one in cast(strike)])
    try:
        nodes.go()
        nodes.await_event("struck", [0])
        nodes.await_event("done", [len(nodes.pids) - 1], seconds=120)
        if strike.name == "SIGSTOP":
            os.kill(nodes.pids[0], signal.SIGCONT)
        nodes.await_end(240)
    finally:
        nodes.kill()
    return judge(nodes)


def cast(strike: Strike) -> list[dict[str, Any]]:
    """Return the messages of a case, one a node: when they come and how long their turns take."""
    long = LEASE + 0.1 if strike.step == "beat" else 0.5
    if strike.role == "holder":
        return [{"at": 0.0, "seconds": long, "signal": strike}, {"at": APART, "seconds": 0.01}]
    holder: dict[str, Any] = {"at": 0.0, "seconds": APART + long}
    if strike.step == "evict":  # the holder is dead, and the survivor comes later, so that the victim evicts
        holder["signal"] = Strike("turn", "inside", "SIGKILL", "holder")
    late = 2 * APART if strike.step != "evict" else LEASE
    return [{"at": APART, "seconds": 0.01, "signal": strike}, holder, {"at": late, "seconds": 0.01}]


def configuration(options: dict[str, Any], conversation: str, one: dict[str, Any]) -> dict[str, Any]:
    """Return what a node is told."""
    step = {"at": one["at"], "seconds": one["seconds"], "conversation": conversation, "message": str(one["at"])}
    blow = {"signal": one["signal"]._asdict()} if "signal" in one else {}
    return {"store": options, "plan": [step], **blow}


def judge(nodes: Nodes) -> Recovery:
    """Look at what all nodes wrote down."""
    facts = nodes.facts()
    struck = [fact["at"] for fact in facts if fact["event"] == "struck"]
    turns = sorted((fact for fact in facts if fact["event"] == "done"), key=lambda fact: fact["entered"])
    (survivor,) = [fact for fact in nodes.facts_of(-1) if fact["event"] == "done"]
    before = [turn["left"] for turn in turns if turn["left"] < survivor["entered"]]
    return Recovery(
        seconds=round(survivor["entered"] - max([*struck, *before]), 3),
        overlaps=overlaps(turns),
        victim=next((ending(fact) for fact in nodes.facts_of(0) if fact["event"] in {"done", "failed"}), "nothing"),
    )


def fault(strike: Strike, recovery: Recovery) -> str:
    """Return what was not as it must be; empty when all was."""
    if recovery.seconds > LEASE + POLL + SLACK:
        return f"the next turn came after {recovery.seconds} s"
    stopped_inside = strike.name == "SIGSTOP" and strike.role == "holder" and strike.step in {"turn", "beat"}
    if recovery.overlaps and not stopped_inside:  # a process that is stopped inside its turn ends it when it wakes
        return "two turns at once"
    if strike.name == "SIGSTOP" and not (recovery.victim == "done" or "LeaseLost" in recovery.victim):
        return f"the message of the stopped process: {recovery.victim}"
    return ""


def ending(fact: dict[str, Any]) -> str:
    """Say how a message ended."""
    return "done" if fact["event"] == "done" else f"failed: {fact['error']}"
