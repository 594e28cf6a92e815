"""Who did what to which object, and when."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any, NamedTuple

from parlance.adapters import audit as store
from parlance.adapters.log import log
from parlance.adapters.sql import transaction
from parlance.settings import settings

if TYPE_CHECKING:
    from parlance.domain.audit import Wanted
    from parlance.domain.identity import Principal

COUNTED = 10_000
"""Totals are counted exactly up to here."""
DAY = 24 * 3600.0


class Page(NamedTuple):
    """Some lines, how many there are in all (bounded), and where the next page starts."""

    items: list[dict[str, Any]]
    total: int
    is_exact: bool
    cursor: str | None


def record(principal: Principal, action: str, subject: str, **details: Any) -> None:
    """Write a line in the transaction that is open: the change and its line are kept together or not at all."""
    store.add(actor=principal.username, via=principal.via, action=action, object=subject, details=details)


def record_done(principal: Principal, action: str, subject: str) -> None:
    """Write a line about a change that is already there; a failure here must not tell the caller to repeat it."""
    try:
        record(principal, action, subject)
    except Exception as error:  # noqa: BLE001  the change is made: its missing line is an alarm, no failed call
        log("audit_missing", actor=principal.username, action=action, error=type(error).__name__)


def list_lines(wanted: Wanted) -> Page:
    """Return a page of the log, the newest line first."""
    with transaction():
        items = store.find_page(wanted)
        total = store.count(wanted, bound=COUNTED)
    cursor = str(items[-1]["id"]) if items and len(items) == wanted.limit else None
    return Page(items, min(total, COUNTED), total <= COUNTED, cursor)


def expire(most: int = 10_000) -> int:
    """Remove lines that are older than the setting says, some at a time; return how many."""
    days = settings().audit_days
    return store.remove_old(time.time() - days * DAY, most) if days else 0
