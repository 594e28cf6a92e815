"""`make bench-ingest_growth`: how storing and reading change from ten thousand to ten million stored events.

Key `ingest_growth`: one entry a size (SIZES, comma-separated), with the handler's rate at that size (the median of the
last ten rounds), the bytes of an event, and of the reads that people wait for the milliseconds (medians of 20) and the
plan that PostgreSQL chose by itself: the indexes it walks, and the tables it reads whole.
"""

from __future__ import annotations

import json
import os
import statistics
import tempfile
import time
from contextlib import closing, redirect_stderr
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks.ingest import batches, handler_events_per_s
from benchmarks.ingest_costs import bytes_per_event
from benchmarks.report import write
from tests.support import database as databases
from tests.support import postgres
from tests.support.database import created, in_use

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.support.database import Database

SIZES = [int(size) for size in os.environ.get("SIZES", "10000,100000,1000000,10000000").split(",")]
READS = {
    "newest_conversations": "SELECT * FROM conversations ORDER BY latest_event_time DESC, sender_id DESC LIMIT 50",
    "unread_page": "SELECT * FROM conversations WHERE review_status = 'unread'"
    " AND (latest_event_time, sender_id) < (1795342500, 'z') ORDER BY latest_event_time DESC, sender_id DESC LIMIT 50",
    "one_conversation": "SELECT * FROM events WHERE sender_id = (SELECT max(sender_id) FROM conversations)"
    " ORDER BY at, turn, idx",
    "intent_filter": "SELECT c.* FROM conversations AS c WHERE EXISTS (SELECT FROM seen_names AS s"
    " WHERE s.sender_id = c.sender_id AND s.kind = 'intent' AND s.value = 'greet')"
    " ORDER BY c.latest_event_time DESC, c.sender_id DESC LIMIT 50",
}


def milliseconds(database: Database, query: str) -> float:
    """Return the median time of a read."""
    with closing(database.connect()) as connection:
        times = []
        for _ in range(20):
            began = time.perf_counter()
            connection.run(query)
            times.append((time.perf_counter() - began) * 1000)
    return round(statistics.median(times), 2)


def plan(database: Database, query: str) -> str:
    """Return what a query walks: indexes by name, tables that it reads whole."""
    with closing(database.connect()) as connection:
        [[[whole]]] = connection.run(f"EXPLAIN (FORMAT JSON) {query}")
    return ", ".join(dict.fromkeys(walked(whole["Plan"])))


def walked(node: dict[str, Any]) -> Iterator[str]:
    """Yield the indexes and the whole tables below a node of a plan."""
    if "Index Name" in node:
        yield node["Index Name"]
    elif node["Node Type"] == "Seq Scan":
        yield f"all of {node['Relation Name']}"
    for part in node.get("Plans", []):
        yield from walked(part)


def entry(database: Database, size: int, rate: float) -> dict[str, Any]:
    """Measure at one size."""
    database.rows("ANALYZE")
    reads = {f"{name}_ms": milliseconds(database, query) for name, query in READS.items()}
    plans = {f"{name}_plan": plan(database, query) for name, query in READS.items()}
    head = {"events": size, "handler_events_per_s": round(rate), "bytes_per_event": bytes_per_event(database)}
    return {**head, **reads, **plans}


def main() -> int:
    """Fill and measure, size by size."""
    folder = Path(tempfile.mkdtemp(prefix="parlance-bench-"))
    folder.chmod(0o711)
    server = postgres.create(folder, durable=True)
    entries: list[dict[str, Any]] = []
    try:
        databases.migrate(server)
        with created(server) as place, in_use(place), Path(os.devnull).open("w") as silence, redirect_stderr(silence):
            fill(place, entries)
    finally:
        server.stop()
    print(json.dumps(entries, indent=2))
    return 0


def fill(place: Database, entries: list[dict[str, Any]]) -> None:
    """Store round after round; at each size note the rate of the last ten rounds and time the reads."""
    rates: list[float] = []
    stored, wanted = 0, iter([*SIZES, None])
    size = next(wanted)
    for number in count():
        if size is None:
            return
        work = batches(number)
        rates.append(handler_events_per_s(work))
        stored += sum(body.count('"timestamp"') for batch in work for body in batch)
        if stored >= size:
            entries.append(entry(place, stored, statistics.median(rates[-10:])))
            write("ingest_growth", entries)
            size = next(wanted)


if __name__ == "__main__":
    raise SystemExit(main())
