"""The scheduled function: brings in what was missed; on demand it compares everything."""

from __future__ import annotations

from typing import Any

from parlance.adapters.log import log
from parlance.services.sweep import sweep


def handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """Sweep once, or go on with a full reconciliation: `{"reconcile": true, "after": ""}`."""
    outcome = sweep(event)
    log("sweep", **outcome)
    return outcome
