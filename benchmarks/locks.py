"""`make bench-locks`: our lock stores and Rasa's own, side by side; figures go into build/bench.json, key `locks`.

A race of two nodes tells overlaps, order and hand-over; a free lock's cost is measured alone, in one process.
`python -m benchmarks.locks --messages 1000 --stores redis rasa_redis` is shorter; what it does not measure stays.
"""

from __future__ import annotations

import argparse
import os
from typing import Any

from benchmarks import report
from tests.proofs.locks import race
from tests.proofs.locks.servers import OURS, Nursery, Servers

STORES = (*OURS, "rasa_redis", "rasa_in_memory")
LEASE = 2.0


def main() -> None:
    """Measure every store in one run."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.locks", description=__doc__)
    parser.add_argument("--messages", type=int, default=int(os.environ.get("LOCK_RACE_MESSAGES", "2000")))
    parser.add_argument("--stores", nargs="+", choices=STORES, default=STORES)
    asked = parser.parse_args()
    with Servers() as servers:
        nursery = Nursery(servers)
        figures = {}
        for store in asked.stores:  # each is kept at once: a run that is cut off, or in parts, loses none
            figures[store] = figure(nursery, store, asked.messages)
            report.merge("locks", store, figures[store])
    print(table(figures))


def figure(nursery: Nursery, store: str, messages: int) -> dict[str, Any]:
    """Return one store's figures."""
    raced = race.run(nursery, race.Race(store, 2, messages))
    cost = measured(nursery, store, min(messages, 1000))
    kept = ("messages", "failed", "overlaps", "out_of_order", "handover_p50_ms", "handover_p99_ms")
    return {**{name: value for name, value in raced._asdict().items() if name in kept}, **cost}


def measured(nursery: Nursery, store: str, messages: int) -> dict[str, Any]:
    """Return what a free lock costs, measured in a process of its own."""
    options = nursery.servers.options(store)
    lease = {"lease": LEASE} if store in OURS else {}
    nodes = nursery.race([{"store": {**options, **lease}, "measure": messages}])
    nodes.await_end()
    (fact,) = [fact for fact in nodes.facts() if fact["event"] == "measured"]
    return {name: value for name, value in fact.items() if name != "event"}


def table(figures: dict[str, dict[str, Any]]) -> str:
    """Return the figures for the terminal, a column a store."""
    names = list(next(iter(figures.values())))
    rows = [["", *figures], *([name, *(str(own[name]) for own in figures.values())] for name in names)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    return "\n".join("  ".join(cell.rjust(width) for cell, width in zip(row, widths, strict=True)) for row in rows)


if __name__ == "__main__":
    main()
