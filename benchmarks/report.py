"""build/bench.json: one file that every benchmark merges its own key into, beside the machine it ran on."""

from __future__ import annotations

import fcntl
import json
import os
import platform
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

PATH = Path(__file__).parents[1] / "build" / "bench.json"


def write(key: str, figures: Any, *, path: Path = PATH) -> None:
    """Put `figures` under `key` and the machine under `machine`; other keys stay, with two writers too."""
    _change(lambda _report: {key: figures}, path)


def merge(key: str, name: str, figures: dict[str, Any], *, path: Path = PATH) -> None:
    """Add figures to the object `name` under `key`, beside those that another benchmark put there."""

    def merged(report: dict[str, Any]) -> dict[str, Any]:
        known = report.get(key, {})
        return {key: {**known, name: {**known.get(name, {}), **figures}}}

    _change(merged, path)


def _change(changed: Callable[[dict[str, Any]], dict[str, Any]], path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a+") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        file.seek(0)
        report = json.loads(file.read() or "{}")
        report |= {"machine": machine(), **changed(report)}
        file.truncate(0)
        file.write(json.dumps(report, indent=2, sort_keys=True, ensure_ascii=False) + "\n")


def machine() -> dict[str, Any]:
    """Return what a reader needs to compare figures: processor, cores, memory, load, versions, and when."""
    return {
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "cores": os.cpu_count(),
        "cpu": _first_value("/proc/cpuinfo", "model name"),
        "load_1_min": round(os.getloadavg()[0], 2),
        "memory_gb": round(int((_first_value("/proc/meminfo", "MemTotal") or "0").split()[0]) / 1024**2, 1),
        "python": platform.python_version(),
        "system": f"{platform.system()} {platform.release()} ({sys.platform})",
    }


def _first_value(path: str, name: str) -> str | None:
    try:
        lines = Path(path).read_text().splitlines()
    except OSError:
        return None
    return next((line.split(":", 1)[1].strip() for line in lines if line.startswith(name)), None)
