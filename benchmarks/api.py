"""`make bench-api`: the API's answers over ten thousand, a hundred thousand and a million conversations.

Key `api`: for each size in SIZES the p50 and p95 (milliseconds, REPEATS calls, of slow ones fewer) of every list and
page that people wait for, through the API's handler, and the p50 of the same answer's bare SQL, which the same
connection runs again, in turn with it. `overhead_us` is the handler's median over its SQL for the unfiltered list. Then
what a cold start costs (`import_ms` by function, `python_ms` of `python -c pass`, package sizes,
`cold_first_answer_ms` over the emulator's gateway) and requests a second through that gateway. The databases are kept
in build/bench-api.
"""

from __future__ import annotations

import json
import os
import statistics
import tempfile
import time
import urllib.request
from contextlib import contextmanager, redirect_stderr
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from benchmarks import api_gateway, cold
from benchmarks.api_fill import filled
from benchmarks.report import write
from parlance.adapters import keys
from parlance.adapters.pool import Session, borrowed
from tests.support import database as databases
from tests.support import emulator, postgres
from tests.support.database import in_use
from tests.support.installation import installed, logged_in
from tests.support.postgres import Postgres

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.support.api import Client

SIZES = [int(size) for size in os.environ.get("SIZES", "10000,100000,1000000").split(",")]
REPEATS = int(os.environ.get("REPEATS", "40"))
FEWEST, PATIENCE_MS = 5, 3000.0
FOLDER = Path(__file__).parents[1] / "build" / "bench-api"
LIST = "/conversations?limit=50"
FILTERS = (
    "start=2026-11-01T00:00:00Z",
    "until=2026-11-22T00:00:00Z",
    "minimumConfidence=0.9",
    "maximumConfidence=0.5",
    "minimumNluConfidence=0.9",
    "maximumNluConfidence=0.5",
    "minimumUserMessages=1",
    "policies=RulePolicy",
    "intent=greet",
    "entity=name",
    "action=utter_greet",
    "text=hello",
    "is_flagged=true",
    "tags_any=1",
    "slots=session_started_metadata:x",
    "input_channels=rest",
    "review_status=unread",
    "in_training_data=false",
    "interactive=false",
    "rasa_environment=production",
    "exclude_self=true",
)
FIVE = "review_status=unread&intent=greet&minimumConfidence=0.5&input_channels=rest&rasa_environment=production"
PAGES = {
    "list": LIST,
    **{f"list by {one.partition('=')[0]}": f"{LIST}&{one}" for one in FILTERS},
    "list by five": f"{LIST}&{FIVE}",
    "search for a rare text": f"{LIST}&text=know+c4ca4238",
    "deep page": f"{LIST}&offset=5000",
    "5,000 events": "/conversations/long",
    "inbox": "/projects/default/logs?limit=50",
    "statistics": "/statistics",
}


def main() -> int:
    """Fill what is missing, measure size by size."""
    with Path(os.devnull).open("w") as silence, redirect_stderr(silence), servers() as server:
        sizes = {str(size): measured(server, size) for size in SIZES}
    first, last = (sizes[str(size)]["list"] for size in (SIZES[0], SIZES[-1]))
    figures = {
        "sizes": sizes,
        "list_p95_ms": {size: pages["list"]["p95_ms"] for size, pages in sizes.items()},
        "overhead_us": round((last["p50_ms"] - last["sql_p50_ms"]) * 1000),
        "list_p95_growth": round(last["p95_ms"] / first["p95_ms"], 2),
        **starts(),
    }
    write("api", figures)
    print(json.dumps(figures, indent=2))
    return 0


def starts() -> dict[str, Any]:
    """Return what a cold function costs, and how many requests a second the emulator's gateway passes on."""
    with tempfile.TemporaryDirectory(prefix="parlance-api-") as name:
        folder = Path(name)
        folder.chmod(0o711)  # PostgreSQL runs as another user below it
        figures = {**cold.packages(folder), **cold.imports(folder)}
        with cold.deployed(folder) as (url, address, _again, _seconds):
            first = cold.timed(lambda: urllib.request.urlopen(f"{address}/api/version").read())[0]
            passed = api_gateway.rates(url, address)
    return {
        "import_ms": figures["import_ms"],
        "python_ms": figures["interpreter_ms"],
        "packages": figures["packages"],
        "cold_first_answer_ms": round(first * 1000, 1),
        **passed,
    }


@contextmanager
def servers() -> Iterator[Postgres]:
    """Start the kept PostgreSQL, made on first use, and an emulator for secrets."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    FOLDER.chmod(0o711)
    record = FOLDER / "server.json"
    if record.exists():
        server = Postgres(**json.loads(record.read_text()))
        server.start()
    else:
        server = postgres.create(FOLDER, durable=True)
        databases.migrate(server)
        record.write_text(json.dumps(postgres.describe(server)))
    running = emulator.start(FOLDER)
    try:
        with pytest.MonkeyPatch.context() as patch:
            for name, value in emulator.environment(running["url"]).items():
                patch.setenv(name, value)
            yield server
    finally:
        emulator.stop(running)
        server.stop("fast")


def measured(server: Postgres, size: int) -> dict[str, dict[str, float]]:
    """Return every page's figures at one size."""
    place = filled(server, f"api_{size}", size)
    with in_use(place), installed(keys.create()):
        client = logged_in("ada", "admin")
        return {name: page(client, path) for name, path in PAGES.items()}


def page(client: Client, path: str) -> dict[str, float]:
    """Time one page through the handler, then its statements alone."""

    def call() -> None:
        reply = client.get(path)
        assert reply.status == 200, (path, reply.text)

    with statements() as seen:
        call()
    spent, bare = in_turn(call, lambda: again(seen))
    p95 = statistics.quantiles(spent, n=20)[-1]
    return {"p50_ms": median(spent), "p95_ms": round(p95, 2), "sql_p50_ms": median(bare)}


@contextmanager
def statements() -> Iterator[list[tuple[str, Any]]]:
    """Collect the statements that the code under test runs, and their parameters."""
    seen: list[tuple[str, Any]] = []

    def note(session: Session, sql: str, **values: Any) -> list[dict[str, Any]]:
        seen.append((sql, values))
        return run(session, sql, **values)

    run = Session.run
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Session, "run", note)
        yield seen


def again(seen: list[tuple[str, Any]]) -> None:
    """Run statements on the same connection and fetch their rows, as the driver gives them."""
    with borrowed() as session:
        for sql, values in seen:
            session.prepare(sql, values)[0].run(**values)


def in_turn(*works: Callable[[], None]) -> list[list[float]]:
    """Return the milliseconds of each repeat of each work, one after the other, so that a busy moment is everybody's.

    Each is warmed up once; of slow work there are fewer repeats, but five.
    """
    spent: list[list[float]] = [[] for _ in works]
    for work in works:
        work()
    while len(spent[0]) < REPEATS and (len(spent[0]) < FEWEST or sum(map(sum, spent)) < PATIENCE_MS):
        for work, times in zip(works, spent, strict=True):
            began = time.perf_counter()
            work()
            times.append((time.perf_counter() - began) * 1000)
    return spent


def median(spent: list[float]) -> float:
    """Return the median, rounded."""
    return round(statistics.median(spent), 2)


if __name__ == "__main__":
    raise SystemExit(main())
