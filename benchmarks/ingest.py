"""`make bench-ingest`: from messages to rows, beside the original's way and the least that PostgreSQL can do.

Key `ingest`, medians of ROUNDS (5) rounds that take every measure in turn. `FILE` is an event file like
tests/data/moodbot-events.ndjson.gz. What asks the database directly has a core of its own beside PostgreSQL's, like the
two machines of a deployment, and a checkpoint comes before every round, as it comes to a server that has run for a
while: PostgreSQL then writes its journal into old files, where a new server fills each with zeros first.

- `handler_events_per_s`: the consumer's handler, batches of 500 real turns, every derived value, one connection
- `repeats_events_per_s`: the same batches again
- `orm_events_per_s`: the row only, one SQLAlchemy ORM commit an event
- `copy_floor_events_per_s`, `copy_indexed_events_per_s`: binary COPY of rows prepared beforehand, into a bare table and
  into one with the key of `events`; `copy_text_events_per_s`: into a bare table, in COPY's usual format;
  `copy_from_messages_events_per_s`: the same, from the same messages
- `e2e_events_per_s`: SNS publish to committed row through the emulator, the best of `e2e_by_batch`: by the mapping's
  batch size, beside the same with a function that does nothing (`idle`) and with no function at all (`unread`)
- `added_ms_per_turn`: p50 and p99 of what our tracker store and broker add to a turn of real Rasa
- `pika_original_style_events_per_s`: RabbitMQ, one ORM commit an event
"""

from __future__ import annotations

import json
import os
import shutil
import statistics
import sys
import tempfile
import time
from contextlib import redirect_stderr
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks import ingest_emulator, ingest_pika
from benchmarks.cores import apart
from benchmarks.ingest_baselines import copy_events_per_s, copy_from_messages_events_per_s, orm_events_per_s
from benchmarks.ingest_costs import bytes_per_event, statements_per_batch, usd_per_million_messages
from benchmarks.ingest_turns import added_ms_per_turn
from benchmarks.report import write
from functions.events.app import handler
from tests.support import database as databases
from tests.support import emulator, moodbot, postgres
from tests.support.database import created, in_use

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.support.database import Database
    from tests.support.postgres import Postgres

ROUNDS = int(os.environ.get("ROUNDS", "5"))
SIZE = 500
BATCH_SIZES = (1, 10, 100, 500)
COPIES = 4
"""Copies of the file in a round: 24,576 events, 3,840 turns."""
SOURCE = moodbot.events(Path(os.environ.get("FILE", moodbot.FILE)))


def turns(number: int) -> Iterator[dict[str, Any]]:
    """Return the file's turns with senders of this round's own, as long as a UUID."""
    for copy in range(COPIES):
        for turn in moodbot.turns(SOURCE):
            yield {**turn, "sender_id": f"{turn['sender_id']:-<12}{number:04d}-{copy:04d}-0f3a-4b5c-9d1e"}


def batches(number: int) -> list[list[str]]:
    """Return a round's messages in batches."""
    bodies = [json.dumps(turn) for turn in turns(number)]
    return [bodies[start : start + SIZE] for start in range(0, len(bodies), SIZE)]


def handler_events_per_s(work: list[list[str]]) -> float:
    """Call the handler with every batch."""
    events = [moodbot.batch(batch) for batch in work]
    count = sum(body.count('"timestamp"') for batch in work for body in batch)
    began = time.perf_counter()
    for event in events:
        assert handler(event, None) == {"batchItemFailures": []}
    return count / (time.perf_counter() - began)


def one_round(number: int, database: Database) -> dict[str, float]:
    """Take every measure of the database once."""
    work = batches(number)
    database.rows("CHECKPOINT")
    return {
        "handler_events_per_s": handler_events_per_s(work),
        "repeats_events_per_s": handler_events_per_s(work),
        "orm_events_per_s": orm_events_per_s(
            database, [{**event, "sender_id": f"{number}"} for event in SOURCE[:1000]]
        ),
        "copy_floor_events_per_s": copy_events_per_s(database, work),
        "copy_text_events_per_s": copy_events_per_s(database, work, text=True),
        "copy_indexed_events_per_s": copy_events_per_s(database, work, indexes=True),
        "copy_from_messages_events_per_s": copy_from_messages_events_per_s(database, work),
    }


def measured() -> dict[str, Any]:
    """Measure on a server of its own that waits for the disk."""
    folder = Path(tempfile.mkdtemp(prefix="parlance-bench-"))
    folder.chmod(0o711)
    server = postgres.create(folder, durable=True)
    try:
        databases.migrate(server)
        with created(server) as place, in_use(place):
            with apart(Path(server.folder) / "data"):
                handler_events_per_s(batches(0))
                rounds = [one_round(number, place) for number in range(1, ROUNDS + 1)]
            figures = {key: round(statistics.median(one[key] for one in rounds)) for key in rounds[0]}
            figures["bytes_per_event_stored"] = bytes_per_event(place)
            figures["statements_per_batch"] = statements_per_batch(batches(9998)[0])
            pika = ingest_pika.events_per_s(place, list(SOURCE[:1000]), ROUNDS)
            return {
                **figures,
                "pika_original_style_events_per_s": round(statistics.median(pika)),
                **through(server, place, folder, figures["handler_events_per_s"]),
            }
    finally:
        server.stop()
        shutil.rmtree(folder, ignore_errors=True)


def through(server: Postgres, place: Database, folder: Path, events_per_s: float) -> dict[str, Any]:
    """Measure the way through the emulator, by batch size, beside the emulator's own limit; and a turn of Rasa.

    `events_per_s` is the handler's rate, which prices its time.
    """
    running = emulator.start(folder, module="infra.local.whole_batches")
    os.environ |= emulator.environment(running["url"])
    try:
        turn = added_ms_per_turn(server, folder)
        rates = {size: [one_way(place, size, number) for number in range(ROUNDS)] for size in BATCH_SIZES}
        dollars = usd_per_million_messages(place, batches(29_999)[0], events_per_s)
    finally:
        emulator.stop(running)
    by_batch = {
        str(size): {way: round(statistics.median(one[way] for one in rounds)) for way in rounds[0]}
        for size, rounds in rates.items()
    }
    best = max(rates["function"] for rates in by_batch.values())
    way = {"e2e_events_per_s": best, "e2e_by_batch": by_batch}
    return {"added_ms_per_turn": turn, **way, "usd_per_million_messages": dollars}


def one_way(place: Database, size: int, number: int) -> dict[str, float]:
    """Send the same turns to the real function, to one that does nothing, and into a queue that nobody reads."""
    bodies = [body for batch in batches(20_000 + 100 * size + number) for body in batch][: 480 if size == 1 else 1920]
    return {
        "function": ingest_emulator.events_per_s(place, bodies, size, idle=False),
        "idle": ingest_emulator.events_per_s(place, bodies, size, idle=True),
        "unread": ingest_emulator.published_events_per_s(bodies),
    }


def main() -> int:
    """Measure, write, print."""
    with Path(os.devnull).open("w") as silence, redirect_stderr(silence):
        figures = measured()
    figures["ratio_vs_orm"] = round(figures["handler_events_per_s"] / figures["orm_events_per_s"], 1)
    for floor in ("floor", "text", "indexed", "from_messages"):
        ratio = round(figures["handler_events_per_s"] / figures[f"copy_{floor}_events_per_s"], 2)
        figures["ratio_vs_copy" if floor == "floor" else f"ratio_vs_copy_{floor}"] = ratio
    write("ingest", figures)
    print(json.dumps(figures, indent=2))
    return 0


if __name__ == "__main__":
    sys.exit(main())
