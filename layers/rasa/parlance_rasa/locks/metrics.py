"""What operators see of the locks: counters in process, and a line in CloudWatch's embedded metric format."""

from __future__ import annotations

import json
import logging
import random
import sys
import threading
import time
from collections import defaultdict
from typing import Any, DefaultDict, Dict, List

COUNTS = ("taken", "waited", "evictions", "lost_leases", "queue_full", "timeouts", "retries")
SAMPLED = ("wait_ms", "hold_ms", "queue_length")
MAX_SAMPLES = 100
"""The embedded metric format takes at most 100 values of a metric in one line."""


class Metrics:
    """Counts since the start, and samples since the last line. Safe from every thread."""

    def __init__(self, store: str) -> None:
        self._store = store
        self._guard = threading.Lock()
        self._totals: DefaultDict[str, float] = defaultdict(int)
        self._reported: DefaultDict[str, float] = defaultdict(int)
        self._samples: Dict[str, List[float]] = {}
        self._seen: DefaultDict[str, int] = defaultdict(int)

    def count(self, name: str) -> None:
        """Add one to a counter."""
        with self._guard:
            self._totals[name] += 1

    def sample(self, name: str, value: float) -> None:
        """Keep a value; of more than 100 between two lines a fair choice stays."""
        with self._guard:
            self._totals[f"{name}_sum"] += value
            kept, place = self._samples.setdefault(name, []), self._seen[name]
            self._seen[name] += 1
            if place < MAX_SAMPLES:
                kept.append(round(value, 3))
                return
            place = random.randrange(place + 1)  # noqa: S311 - a choice, no secret
            if place < MAX_SAMPLES:
                kept[place] = round(value, 3)

    def totals(self) -> Dict[str, float]:
        """Return all counts since the start, and the sums of `wait_ms`, `hold_ms`, `queue_length`."""
        with self._guard:
            return {name: self._totals[name] for name in (*COUNTS, *(f"{name}_sum" for name in SAMPLED))}

    def line(self) -> str:
        """Return what happened since the last line, as one JSON text; empty when nothing did."""
        with self._guard:
            fresh: Dict[str, Any] = {name: self._totals[name] - self._reported[name] for name in COUNTS}
            samples, self._samples = self._samples, {}
            self._reported = self._totals.copy()
            self._seen.clear()
        if not any(fresh.values()):
            return ""
        return json.dumps({**self._envelope([*fresh, *samples]), **fresh, **samples})

    def _envelope(self, names: List[str]) -> Dict[str, Any]:
        metrics = [{"Name": name, "Unit": "Milliseconds" if name.endswith("_ms") else "Count"} for name in names]
        directive = {"Namespace": "Parlance/Locks", "Dimensions": [["store"]], "Metrics": metrics}
        envelope = {"Timestamp": int(time.time() * 1000), "CloudWatchMetrics": [directive]}
        return {"_aws": envelope, "event": "locks", "store": self._store}


def line_logger() -> logging.Logger:
    """Return the logger that writes bare lines to stdout, whatever format Rasa gives to its own logs."""
    logger = logging.getLogger("parlance_rasa.locks.metrics")
    if not logger.handlers:
        handler = logging.StreamHandler(sys.stdout)
        handler.setFormatter(logging.Formatter("%(message)s"))
        logger.addHandler(handler)
        logger.setLevel(logging.INFO)
        logger.propagate = False
    return logger
