"""`python -m benchmarks.page`: writes build/bench.json into docs/performance.md; no figure is copied by hand."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks.report import PATH

if TYPE_CHECKING:
    from collections.abc import Iterator

PAGE = Path(__file__).parents[1] / "docs" / "performance.md"
BEGIN, END = "<!-- figures -->", "<!-- end of figures -->"
TITLES = {
    "start": "`make up` and a message's way (seconds, megabytes)",
    "cold": "Packages, imports, deployment",
    "locks": "Locks: ours beside Rasa's own",
    "ingest": "The event path",
    "ingest_growth": "The event path, from ten thousand to ten million stored events",
    "api": "The API over ten thousand to a million conversations (milliseconds: p50 / p95 / p50 of the bare SQL)",
    "ui": "The web UI in a real browser",
    "training": "Trainings, roll-outs, and the pace of Rasa with and without our parts",
}


BY_BATCH = (
    "Events a second from SNS publish to committed row, by the mapping's batch size, beside what the emulator can do:"
    " with a function that does nothing, and with publishers alone, into a queue that nobody reads."
)


def flat(figures: dict[str, Any], before: str = "") -> Iterator[tuple[str, Any]]:
    """Yield each number under its path of names."""
    for name, value in figures.items():
        if isinstance(value, dict):
            yield from flat(value, f"{before}{name} / ")
        elif isinstance(value, int | float | str):
            yield f"{before}{name}", value


def table(key: str, figures: Any) -> str:
    """Write one benchmark's table; what is measured of several things has a column for each."""
    if key == "api":
        rest = {name: value for name, value in figures.items() if name != "sizes"}
        return f"{beside(pages(figures['sizes']))}\n\n{table('', rest)}"
    if key == "ingest" and "e2e_by_batch" in figures:
        rest = {name: value for name, value in figures.items() if name != "e2e_by_batch"}
        return f"{table('', rest)}\n\n{BY_BATCH}\n\n{beside(figures['e2e_by_batch'])}"
    if key == "ingest_growth":
        return beside({f"{entry['events']:,}": entry for entry in figures})
    if key in {"locks", "training"} and all(isinstance(value, dict) for value in figures.values()):
        return beside(figures)
    return "\n".join(["| Figure | Value |", "|---|---:|", *(f"| {name} | {value} |" for name, value in flat(figures))])


def pages(sizes: dict[str, Any]) -> dict[str, dict[str, str]]:
    """Return each size's pages with their three figures in one cell."""
    return {
        f"{int(size):,}": {
            name: f"{one['p50_ms']} / {one['p95_ms']} / {one['sql_p50_ms']}" for name, one in found.items()
        }
        for size, found in sizes.items()
    }


def beside(columns: dict[str, dict[str, Any]]) -> str:
    """Write things beside each other, a row a figure."""
    names = list(dict.fromkeys(name for figures in columns.values() for name in figures))
    rows = [f"| {name} | " + " | ".join(str(own.get(name, "")) for own in columns.values()) + " |" for name in names]
    return "\n".join([f"| | {' | '.join(columns)} |", f"|---|{'---:|' * len(columns)}", *rows])


def main() -> None:
    """Renew the page's tables."""
    report = json.loads(PATH.read_text())
    here = report["machine"]
    parts = [f"## {TITLES[key]}\n\n{table(key, report[key])}" for key in TITLES if key in report]
    when = f"Last run {here['at'][:10]}; load of the machine when the last part ended: {here['load_1_min']}."
    text = PAGE.read_text()
    start, end = text.index(BEGIN) + len(BEGIN), text.index(END)
    PAGE.write_text(text[:start] + "\n\n" + "\n\n".join([when, *parts]) + "\n\n" + text[end:])


if __name__ == "__main__":
    main()
