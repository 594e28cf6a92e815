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
    "training": "Trainings, roll-outs, and the pace of Rasa with and without our parts",
}


def flat(figures: dict[str, Any], before: str = "") -> Iterator[tuple[str, Any]]:
    """Yield each number under its path of names."""
    for name, value in figures.items():
        if isinstance(value, dict):
            yield from flat(value, f"{before}{name} / ")
        elif isinstance(value, int | float | str):
            yield f"{before}{name}", value


def table(key: str, figures: dict[str, Any]) -> str:
    """Write one benchmark's table; stores beside each other where every value is itself a set of the same figures."""
    columns = [name for name, value in figures.items() if isinstance(value, dict)]
    if key in {"locks", "training"} and len(columns) == len(figures):
        names = sorted({name for column in columns for name in figures[column]})
        rows = [f"| {name} | " + " | ".join(str(figures[c].get(name, "")) for c in columns) + " |" for name in names]
        head = f"| | {' | '.join(columns)} |\n|---|{'---:|' * len(columns)}"
        return "\n".join([head, *rows])
    return "\n".join(["| Figure | Value |", "|---|---:|", *(f"| {name} | {value} |" for name, value in flat(figures))])


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
