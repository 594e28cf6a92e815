"""`make bench-ingest_growth`: how storing and reading change from ten thousand to ten million stored events.

Key `ingest_growth`: one entry a size (12,800, then SIZES, comma-separated), with the handler's rate at that size (the
median of the last ten rounds), the bytes of an event, and of the reads that people wait for the milliseconds (medians
of 20) and the plan that PostgreSQL chose by itself: the indexes it walks, and the tables it reads whole. The last ten
rounds before each size go through the handler; what is below is filled up (`ingest_growth_fill`).

Ten million events need 16 GB below TMPDIR while it runs: nothing begins without them. Each size is written as soon as
it is measured; should PostgreSQL end, the last words of its log are printed.
"""

from __future__ import annotations

import json
import os
import shutil
import statistics
import sys
import tempfile
import time
from contextlib import closing, redirect_stderr, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks.ingest import batches, handler_events_per_s
from benchmarks.ingest_costs import bytes_per_event
from benchmarks.ingest_growth_fill import keep_template, repeat
from benchmarks.report import write
from tests.support import database as databases
from tests.support import postgres
from tests.support.database import created, in_use

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.support.database import Database

SIZES = [int(size) for size in os.environ.get("SIZES", "100000,1000000,10000000").split(",")]
OPENING = 4
"""Batches of 3,200 events: the first size, measured in an empty database."""
MEASURED = 10
"""Rounds of 24,576 events that go through the handler before a size is measured."""
BYTES_AN_EVENT = 1600
"""With room for PostgreSQL's journal."""
READS = {
    "newest_conversations": "SELECT * FROM conversations ORDER BY latest_event_time DESC, sender_id DESC LIMIT 50",
    "unread_page": "SELECT * FROM conversations WHERE review_status = 'unread'"
    " AND (latest_event_time, sender_id) < (1795342500, 'z') ORDER BY latest_event_time DESC, sender_id DESC LIMIT 50",
    "one_conversation": "SELECT * FROM events WHERE sender_id = (SELECT max(sender_id) FROM conversations)"
    " ORDER BY at, turn, idx",
    "intent_filter": "SELECT c.* FROM conversations AS c WHERE EXISTS (SELECT FROM seen_names AS s"
    " WHERE s.sender_id = c.sender_id AND s.names && ARRAY['intent:greet'])"
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


def entry(database: Database, rate: float) -> dict[str, Any]:
    """Measure at the size that is reached."""
    database.rows("ANALYZE")
    reads = {f"{name}_ms": milliseconds(database, query) for name, query in READS.items()}
    plans = {f"{name}_plan": plan(database, query) for name, query in READS.items()}
    head = {
        "events": stored(database),
        "handler_events_per_s": round(rate),
        "bytes_per_event": bytes_per_event(database),
    }
    return {**head, **reads, **plans}


def main() -> int:
    """Fill and measure, size by size, on a server that is gone afterwards."""
    folder = Path(tempfile.mkdtemp(prefix="parlance-growth-"))
    folder.chmod(0o711)
    need_space(folder)
    server = postgres.create(folder, durable=True)
    try:
        databases.migrate(server)
        with created(server) as place, in_use(place), Path(os.devnull).open("w") as silence, redirect_stderr(silence):
            entries = grown(place)
    except BaseException:
        sys.stderr.write(last_words(folder))
        raise
    finally:
        with suppress(RuntimeError):  # it may have ended by itself: the reason is on its way
            server.stop()
        shutil.rmtree(folder)
    print(json.dumps(entries, indent=2))
    return 0


def need_space(folder: Path) -> None:
    """Refuse to begin what the disk cannot hold."""
    needed, free = max(SIZES) * BYTES_AN_EVENT, shutil.disk_usage(folder).free
    if free < needed:
        raise SystemExit(f"{folder} has {free >> 20} MB free, this needs {needed >> 20} MB: set TMPDIR, or SIZES")


def last_words(folder: Path) -> str:
    """Return the end of PostgreSQL's log."""
    log = folder / "pg" / "log"
    return log.read_text(errors="replace")[-2000:] if log.exists() else f"{folder} was deleted by somebody else\n"


def grown(place: Database) -> list[dict[str, Any]]:
    """Store up to each size, the last rounds through the handler; note their rate and time the reads."""
    opening = batches(0)
    entries = [entry(place, handler_events_per_s(opening[:OPENING]))]
    handler_events_per_s(opening[OPENING:])
    keep_template(place)
    a_round, done = stored(place), 1
    for size in SIZES:
        wanted = max(done + 1, -(-size // a_round))
        first = max(done, wanted - MEASURED)
        repeat(place, range(done, first))
        place.rows("ANALYZE")
        rates = [handler_events_per_s(batches(number)) for number in range(first, wanted)]
        done = wanted
        entries.append(entry(place, statistics.median(rates)))
        write("ingest_growth", entries)
    return entries


def stored(place: Database) -> int:
    """Return how many events there are, as their conversations say."""
    return int(place.rows("SELECT sum(n_events) AS n FROM conversations")[0]["n"])


if __name__ == "__main__":
    raise SystemExit(main())
