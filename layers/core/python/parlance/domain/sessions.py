"""Sessions: the stretches of a conversation between session starts, and what was said in each.

An event belongs to the latest start that is not after it. A start that arrives late tears a session apart; then the
events of that stretch are counted anew, so that the rows never depend on the order of arrival.
"""

from __future__ import annotations

import math
from bisect import bisect_right
from collections import defaultdict
from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

START = "session_started"
BEFORE = 0.0
"""The start of what came before a conversation's first session."""
MEMOIZATION = "MemoizationPolicy"


class Session(msgspec.Struct, kw_only=True):
    """A row of `conversation_sessions`."""

    sender_id: str
    started_at: float
    ended_at: float | None = None
    user_messages: int = 0
    bot_messages: int = 0
    predictions: int = 0
    memoized: int = 0

    @property
    def is_void(self) -> bool:
        """Tell whether a late start left nothing of what came before the first session."""
        return self.started_at == BEFORE and self.ended_at is None


class Moment(msgspec.Struct, frozen=True):
    """What sessions need to know of an event: a start, a message, an action that a policy chose."""

    sender_id: str
    timestamp: float
    type: str
    policy: str = ""
    """Of an action."""


class Stretch(msgspec.Struct, frozen=True):
    """A time span of one conversation: `since` belongs to it, `until` does not."""

    sender_id: str
    since: float
    until: float | None


def place(
    known: Iterable[Session], fresh: list[Moment], recall: Callable[[list[Stretch]], list[Moment]]
) -> list[Session]:
    """Return the sessions that change, whole.

    `known` are the stored ones that a fresh moment may fall into or tear; `recall` returns all stored moments of
    stretches, the fresh ones too.
    """
    rows = {(row.sender_id, row.started_at): row for row in known}
    opened = {(moment.sender_id, moment.timestamp) for moment in fresh if is_start(moment)} - rows.keys()
    torn = tears(rows, opened)
    moments, anew = fresh, opened
    if torn:
        moments = [moment for moment in fresh if not covered(torn, moment.sender_id, moment.timestamp)] + recall(torn)
        anew = opened | {key for key in rows if covered(torn, *key)}
    rows |= {(sender, start): Session(sender_id=sender, started_at=start) for sender, start in anew}
    return counted(rows, anew, moments)


def tears(rows: dict[tuple[str, float], Session], opened: set[tuple[str, float]]) -> list[Stretch]:
    """Return the stretches whose events a new start moves from one session to another."""
    if not opened:
        return []
    starts = by_sender(rows)
    torn = []
    for sender, start in sorted(opened):
        place = bisect_right(starts[sender], start)
        before = rows[sender, starts[sender][place - 1]] if place else None
        if before is not None and before.ended_at is not None and before.ended_at >= start:
            until = starts[sender][place] if place < len(starts[sender]) else None
            torn.append(Stretch(sender, before.started_at, until))
    return sorted(set(torn), key=lambda stretch: (stretch.sender_id, stretch.since))


def covered(torn: list[Stretch], sender: str, at: float) -> bool:
    """Tell whether a moment lies in a torn stretch; what came before the first session has no lower end."""
    return any(
        stretch.sender_id == sender
        and (at >= stretch.since or stretch.since == BEFORE)
        and at < (math.inf if stretch.until is None else stretch.until)
        for stretch in torn
    )


def counted(
    rows: dict[tuple[str, float], Session], anew: set[tuple[str, float]], moments: list[Moment]
) -> list[Session]:
    """Add every counted moment to its session; return the sessions that are new, emptied or got one."""
    starts, changed = by_sender(rows), {key: rows[key] for key in anew}
    for moment in moments:
        if moment.type == START:
            continue
        place = bisect_right(starts[moment.sender_id], moment.timestamp)
        key = (moment.sender_id, starts[moment.sender_id][place - 1] if place else BEFORE)
        if key not in changed:
            changed[key] = rows.get(key) or Session(sender_id=key[0], started_at=key[1])
        add(changed[key], moment)
    return list(changed.values())


def add(session: Session, moment: Moment) -> None:
    """Count one moment."""
    session.ended_at = greatest(session.ended_at, moment.timestamp)
    if moment.type == "user":
        session.user_messages += 1
    elif moment.type == "bot":
        session.bot_messages += 1
    else:
        session.predictions += 1
        session.memoized += MEMOIZATION in moment.policy


def greatest(known: float | None, value: float | None) -> float | None:
    """Return the greater; None is no value."""
    return value if known is None or (value is not None and value > known) else known


def is_start(moment: Moment) -> bool:
    """Tell whether a session starts here; a start without a real time would come before everything."""
    return moment.type == START and moment.timestamp > BEFORE


def by_sender(keys: Iterable[tuple[str, float]]) -> dict[str, list[float]]:
    """Return each conversation's session starts in order."""
    starts: dict[str, list[float]] = defaultdict(list)
    for sender, start in sorted(keys):
        starts[sender].append(start)
    return starts
