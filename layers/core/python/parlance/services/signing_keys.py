"""A new signing key, while the tokens of the old one stay valid; or, after a leak, none of them."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from parlance.adapters import keys
from parlance.adapters.sql import take_turns, transaction
from parlance.domain.errors import Conflict
from parlance.services import audit
from parlance.settings import settings

if TYPE_CHECKING:
    from parlance.adapters.keys import Key
    from parlance.domain.identity import Principal

OVERLAP = 25 * 3600
"""Seconds that a superseded key still verifies: a guest's day, and an hour for processes that have not noticed."""
MOST = 10


def rotate(principal: Principal, *, end_sessions: bool) -> list[dict[str, Any]]:
    """Sign with a new key from now on and return the ring; raises Conflict when too many old keys are still in use."""
    secret = settings().signing_key_secret
    with transaction():
        take_turns("signing keys")
        old = () if end_sessions else still_needed(keys.load(secret).keys, now=time.time())
        if len(old) >= MOST:
            raise Conflict(f"{MOST} keys are in use: wait a day, or end all sessions.", code="TooManyKeys")
        ring = (keys.create(), *old)
        audit.record(principal, "signingKeys:update", ring[0].kid, end_sessions=end_sessions)
        keys.store(secret, ring)
    return [{"kid": key.kid, "alg": key.alg, "created": key.created} for key in ring]


def still_needed(ring: tuple[Key, ...], *, now: float) -> tuple[Key, ...]:
    """Return the keys that a valid token may name: the one in use, and those superseded (by the one before) of late."""
    superseded = zip(ring[1:], ring, strict=False)
    return (*ring[:1], *(key for key, successor in superseded if now - successor.created < OVERLAP))
