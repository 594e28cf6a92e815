"""Telling open screens that something changed: cheap where nobody listens, and never the caller's trouble."""

from __future__ import annotations

import time
from functools import lru_cache
from typing import TYPE_CHECKING

import msgspec

from parlance.adapters import connections, sockets
from parlance.adapters.log import log
from parlance.settings import settings

if TYPE_CHECKING:
    from parlance.domain.live import Changes

QUIET = 2.0
"""Seconds for which an answer to "does anybody listen?" is believed."""


def announce(changes: Changes) -> None:
    """Pass on what changed if somebody listens; whatever goes wrong is a line in the log."""
    if not (settings().live_function and changes):
        return
    try:
        if _anybody(int(time.monotonic() / QUIET)):
            sockets.set_off(msgspec.to_builtins(changes))
    except Exception as error:  # noqa: BLE001  a screen that learns it later is no reason to fail what happened
        log("live_missed", error=type(error).__name__)


@lru_cache(maxsize=1)
def _anybody(_window: int) -> bool:
    return connections.anybody()
