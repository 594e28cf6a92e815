"""What was missed: turns that never left Rasa, gaps between turns, messages that the queue gave up on."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from parlance.adapters import event_store, event_topic, tracker_archive
from parlance.adapters.event_topic import Message
from parlance.domain.dead_letters import Letter
from parlance.domain.errors import AppError, Unavailable
from parlance.domain.replay import retold
from parlance.services.audit import expire
from parlance.services.dead_letters import absorb
from parlance.services.environments import keep_hours, wake
from parlance.services.erasure_care import settle
from parlance.services.ingest import Outcome, take
from parlance.services.jobs import reap
from parlance.services.seen_models import catch_up
from parlance.services.unowned_files import look_for_unowned
from parlance.settings import settings

if TYPE_CHECKING:
    from collections.abc import Callable

OUTBOX_AGE = 30.0
"""Seconds that Rasa has to send a turn itself."""
GAP_AGE = 60.0
"""Seconds that a turn may be on its way before the one after it shows a gap."""
GAP_WINDOW = 24 * 3600.0
"""Seconds that gaps are looked for; an older one is a full reconciliation's work."""
MOST = 100
"""Outbox rows in a transaction; conversations in one replay."""
PATIENCE = 40.0
"""Seconds that a step may take: the function has 55."""


def sweep(request: dict[str, Any]) -> dict[str, Any]:
    """Do the scheduled work, or `{"reconcile": true, "after": ""}`: compare everything with the tracker store.

    `{"wake": "production"}` wakes an environment that is asleep: in AWS the load balancer's alarm says so.
    """
    if request.get("wake"):
        return wake(str(request["wake"]))
    if request.get("reconcile"):
        return reconcile(str(request.get("after", "")))
    return all_of(
        sent=send_outbox,
        replayed=fill_gaps,
        given_up=absorb,
        jobs_started=reap,
        hours=keep_hours,
        audit_expired=expire,
        erased=settle,
        models_read=catch_up,
        files_removed=look_for_unowned,
    )


def all_of(**steps: Callable[[], int]) -> dict[str, Any]:
    """Take every step, even when one before it failed; raises Unavailable at the end if one did."""
    done: dict[str, Any] = {}
    failures = []
    for name, step in steps.items():
        try:
            done[name] = step()
        except AppError as error:
            failures.append(f"{name}: {error.message}")
    if failures:
        raise Unavailable("; ".join(failures), details=done)
    return done


def send_outbox() -> int:
    """Send turns that Rasa committed and could not send; return how many."""
    if not settings().tracker_database_secret:
        return 0
    total, until = 0, time.monotonic() + PATIENCE
    while time.monotonic() < until:
        sent = tracker_archive.send_unsent(send, age=OUTBOX_AGE, most=MOST)
        total += sent
        if sent < MOST:
            break
    return total


def send(rows: list[tuple[int, str]]) -> list[int]:
    """Publish outbox rows; return the keys of those that the topic took."""
    return event_topic.publish([Message(key, body) for key, body in rows])


def fill_gaps() -> int:
    """Replay conversations in which a turn is missing; return how many events that brought."""
    if not settings().tracker_database_secret:
        return 0
    now = time.time()
    torn = event_store.conversations_with_gaps(since=now - GAP_WINDOW, until=now - GAP_AGE, most=MOST)
    return replay(torn).new_events if torn else 0


def reconcile(after: str) -> dict[str, Any]:
    """Replay every conversation of the tracker store after `after`, for a while; says where to go on, and if at all."""
    new = refused = 0
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        senders = tracker_archive.senders(after, MOST)
        if not senders:
            return {"done": True, "after": after, "new": new, "refused": refused}
        outcome = replay(senders)
        new, refused, after = new + outcome.new_events, refused + outcome.refused, senders[-1]
    return {"done": False, "after": after, "new": new, "refused": refused}


def replay(senders: list[str]) -> Outcome:
    """Store what conversations have in the tracker store and not here; all they have here already stays as it is."""
    return take(
        [
            Letter(message_id=f"replay-{archive.environment}-{number}", body=body, environment=archive.environment)
            for archive in tracker_archive.read(senders)
            for number, body in enumerate(retold(archive.events, archive.turns))
        ]
    )
