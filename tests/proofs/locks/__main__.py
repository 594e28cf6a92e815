"""`python -m tests.proofs.locks`: the long proofs, on real processes. Ends with 1 if any of them does not hold.

Figures go into build/bench.json under `locks_proof`. `--messages` is how many a store gets in the plain race (half of
them on two nodes, half on four); the failing network gets a tenth of that.
"""

from __future__ import annotations

import argparse
import sys
from typing import TYPE_CHECKING, Any

from benchmarks import report
from tests.proofs.locks import faults, race, strikes
from tests.proofs.locks.proxy import NEAR, Faults
from tests.proofs.locks.servers import OURS, Nursery, Servers

if TYPE_CHECKING:
    from collections.abc import Iterator

PARTS = ("race", "strikes", "faults")


def main() -> int:
    """Run what was asked for."""
    parser = argparse.ArgumentParser(prog="python -m tests.proofs.locks", description=__doc__)
    parser.add_argument("--messages", type=int, default=10_000)
    parser.add_argument("--stores", nargs="+", choices=OURS, default=list(OURS))
    parser.add_argument("--parts", nargs="+", choices=PARTS, default=PARTS)
    asked = parser.parse_args()
    figures: dict[str, Any] = {}
    broken: list[str] = []
    with Servers() as servers:
        nursery = Nursery(servers)
        for part in asked.parts:
            for name, figure, fault in RUNS[part](nursery, asked.stores, asked.messages):
                print(f"{name}: {figure}{' <- BROKEN: ' + fault if fault else ''}", flush=True)
                figures.setdefault(part, {})[name] = figure
                broken += [f"{name}: {fault}"] if fault else []
    report.write("locks_proof", {**figures, "broken": broken})
    print(f"{len(broken)} broken" if broken else "all hold")
    return 1 if broken else 0


def races(nursery: Nursery, stores: list[str], messages: int) -> Iterator[tuple[str, dict[str, Any], str]]:
    """Race on two and on four nodes; beside ours Rasa's own Redis store, whose faults are shown and expected."""
    beside = ["rasa_redis"] if "redis" in stores else []
    for nodes in (2, 4):
        for store in [*stores, *beside]:
            outcome = race.run(nursery, race.Race(store, nodes, messages // 2))
            yield f"{store}, {nodes} nodes", outcome._asdict(), judged(outcome, messages // 2) if store in OURS else ""
    for store in ["redis", *beside] if beside else []:
        near = faults.run(nursery, race.Race(store, 2, messages // 10), NEAR).outcome
        name = f"{store}, 2 nodes, half a millisecond away"
        yield name, near._asdict(), judged(near, messages // 10) if store in OURS else ""


def judged(outcome: race.Outcome, messages: int) -> str:
    """Return what was not as it must be; empty when all was."""
    whole = outcome.messages == messages and not outcome.overlaps and not outcome.out_of_order
    return "" if whole else "every message once, alone and in order was promised"


def blows(nursery: Nursery, stores: list[str], _: int) -> Iterator[tuple[str, dict[str, Any], str]]:
    """Kill and freeze at every step."""
    for store in stores:
        for strike in strikes.STRIKES:
            try:
                recovery = strikes.run(nursery, store, strike)
            except RuntimeError as error:
                yield f"{store}, {strike}", {}, str(error)
            else:
                yield f"{store}, {strike}", recovery._asdict(), strikes.fault(strike, recovery)


def weathers(nursery: Nursery, stores: list[str], messages: int) -> Iterator[tuple[str, dict[str, Any], str]]:
    """Race over a failing network."""
    for store in stores:
        weather = faults.run(nursery, race.Race(store, 2, messages // 10), Faults())
        figures = {**weather._asdict(), **weather.outcome._asdict()}
        del figures["outcome"]
        yield f"{store}, failing network", figures, judged(weather.outcome, messages // 10)


RUNS = {"race": races, "strikes": blows, "faults": weathers}

if __name__ == "__main__":
    sys.exit(main())
