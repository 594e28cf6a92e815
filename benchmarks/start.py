"""`make bench-start`: how long `make up` takes, cold and again, what each process weighs, how soon a message is seen.

Key `start`: medians of ROUNDS (3) rounds, each from an empty state folder with installed environments
(`first_up_s`,
`second_up_s`, `third_up_running_s`, `message_visible_p50_s`, `message_visible_p95_s`, `memory_mb` by part).
"""

from __future__ import annotations

import os
import re
import shutil
import statistics
import tempfile
import time
from pathlib import Path
from typing import Any

import psutil

from benchmarks.report import write
from tests.e2e.installation import Installation

ROUNDS = int(os.environ.get("ROUNDS", "3"))
VISIBLE = re.compile(r"p50/p95 seconds: *([\d.]+) */ *([\d.]+)")


def timed(act: Any) -> float:
    """Return how long a make target took; raises when it failed."""
    began = time.monotonic()
    ran = act()
    if ran.code:
        raise SystemExit(ran.text)
    return time.monotonic() - began


def memory(installation: Installation) -> dict[str, float]:
    """Return each process's resident megabytes by a name that tells what it is."""
    found: dict[str, float] = {}
    for process in [*installation.processes(), *tasks(installation)]:
        name = part(process.cmdline())
        found[name] = round(found.get(name, 0) + process.memory_info().rss / 2**20, 1)
    return found


def tasks(installation: Installation) -> list[psutil.Process]:
    """Return the processes of ECS tasks: they work in folders of the installation, and know nothing else of it."""
    known, state = {process.pid for process in installation.processes()}, str(installation.state)
    return [
        process
        for process in psutil.process_iter(["cwd"])
        if process.pid not in known and str(process.info["cwd"] or "").startswith(state)
    ]


def part(command: list[str]) -> str:
    """Name a process by its module, or by its program."""
    if "-m" in command:
        return command[command.index("-m") + 1]
    return (
        "postgres"
        if "postgres" in Path(command[0]).name
        else Path(command[-1] if len(command) > 1 else command[0]).name[:24]
    )


def one_round() -> dict[str, Any]:
    """Bring an installation up from nothing, use it, stop it and start it again."""
    place = Installation(Path(tempfile.mkdtemp(prefix="parlance-bench-")) / "state")
    try:
        figures: dict[str, Any] = {"first_up_s": timed(place.up)}
        smoke = place.make("smoke")
        p50, p95 = VISIBLE.search(smoke.text).groups()  # type: ignore[union-attr]
        figures |= {
            "message_visible_p50_s": float(p50),
            "message_visible_p95_s": float(p95),
            "memory_mb": memory(place),
        }
        figures["third_up_running_s"] = timed(place.up)
        figures["down_s"] = timed(lambda: place.make("down"))
        figures["second_up_s"] = timed(place.up)
        return figures
    finally:
        place.make("down")
        shutil.rmtree(place.state.parent, ignore_errors=True)


def main() -> None:
    """Run the rounds; the medians of those that are done are written after each."""
    rounds: list[dict[str, Any]] = []
    for _ in range(ROUNDS):
        rounds.append(one_round())
        numbers = [name for name in rounds[0] if name != "memory_mb"]
        medians = {name: round(statistics.median(each[name] for each in rounds), 2) for name in numbers}
        write("start", {**medians, "memory_mb": rounds[-1]["memory_mb"], "rounds": len(rounds)})
        print(medians, flush=True)


if __name__ == "__main__":
    main()
