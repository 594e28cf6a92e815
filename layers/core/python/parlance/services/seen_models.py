"""Models of conversations that were stored before the filter by model: read a little with each sweep, until all are."""

from __future__ import annotations

import time

from parlance.adapters import unread_models

MOST = 100
"""Conversations in a transaction: their events wait so long."""
PATIENCE = 5.0
"""Seconds of each sweep."""


def catch_up() -> int:
    """Read on for some seconds where the last sweep ended; returns how many conversations were read."""
    total, until = 0, time.monotonic() + PATIENCE
    while read := unread_models.read_next(MOST):
        total += read
        if time.monotonic() > until:
            break
    return total
