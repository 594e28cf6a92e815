"""Acting once: the first of equal calls acts, the others get its answer."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING
from uuid import uuid4

import msgspec

from parlance.adapters import idempotency as store
from parlance.domain.errors import AppError, Conflict, Unprocessable
from parlance.domain.idempotency import Given

if TYPE_CHECKING:
    from collections.abc import Callable

    from parlance.domain.idempotency import Keyed

PATIENCE = 27.0
"""Seconds to wait for the call that acts, which may wait for 26 itself (`?wait=`); a gateway gives up after 29."""
UNCLEAR = frozenset({"RasaTimeout"})
"""Failures that may have acted all the same."""
BROKEN = 0
"""Stands for the status of a call that broke half-way."""
REPLAYED = {"Idempotency-Replayed": "true"}


def once(call: Keyed, act: Callable[[], Given], *, secret: bool) -> Given:
    """Act unless that was done; the answer to a success is kept for a day, without its body where it is secret.

    A call that was refused has changed nothing: its key is free again. Raises Unprocessable for another call under the
    same key, Conflict when the first is still acting, broke half-way, or has an answer that is not shown twice.
    """
    give_up, pause, attempt = time.monotonic() + PATIENCE, 0.05, str(uuid4())
    while not store.begin(call.caller, call.key, call.call_hash, attempt):
        earlier = _earlier(call)
        if earlier:
            return earlier
        if time.monotonic() > give_up:
            raise Conflict("The first call with this key is still at work.", code="StillRunning", retry_after=5)
        time.sleep(pause)
        pause = min(pause * 2, 0.5)
    return _first(attempt, act, secret=secret)


def _first(attempt: str, act: Callable[[], Given], *, secret: bool) -> Given:
    try:
        given = act()
    except Exception as error:
        if isinstance(error, AppError) and error.code not in UNCLEAR:
            store.forget(attempt)
        else:
            store.keep(attempt, status=BROKEN, headers="{}", body=None)
        raise
    headers = msgspec.json.encode(given.headers).decode()
    store.keep(attempt, status=given.status, headers=headers, body=None if secret else given.body)
    return given


def _earlier(call: Keyed) -> Given | None:
    """Return the answer of the call that came first; None while there is none."""
    known = store.find(call.caller, call.key)
    if known and known["call_hash"] != call.call_hash:
        raise Unprocessable("This Idempotency-Key was sent with another call.", code="IdempotencyKeyReused")
    if known is None or known["status"] is None:
        return None
    if known["status"] == BROKEN:
        raise Conflict("That call broke half-way: look what it did, then take a new key.", code="OutcomeUnknown")
    if known["body"] is None:
        raise Conflict("That call was made; its answer carried a secret and is shown once.", code="AnswerNotKept")
    return Given(status=known["status"], headers=known["headers"] | REPLAYED, body=known["body"])
