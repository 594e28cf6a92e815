"""A user's tokens for programs: several, named, shown once, stored as hashes."""

from __future__ import annotations

import secrets
import time
from typing import TYPE_CHECKING, Any

from parlance.adapters import api_tokens as store
from parlance.adapters import tokens
from parlance.adapters.sql import transaction
from parlance.domain.errors import Conflict, NotFound
from parlance.services import audit

if TYPE_CHECKING:
    from parlance.domain.identity import Principal

PREFIX = "parlance_"
"""Makes a leaked token recognisable to people and to scanners of source code."""
MOST = 50
DAY = 86_400


def list_own(principal: Principal) -> list[dict[str, Any]]:
    """Return the caller's tokens without the tokens themselves, which nobody can see again."""
    return store.find_all(principal.username)


def create(principal: Principal, name: str, *, days: int | None) -> dict[str, Any]:
    """Make a token that may do what its owner may, for so many days (None: until it is revoked)."""
    token = PREFIX + secrets.token_urlsafe(32)
    expires_at = None if days is None else round(time.time() + days * DAY, 3)
    with transaction():
        kept = store.add(principal.username, name, tokens.fingerprint(token), expires_at=expires_at, most=MOST)
        if kept is None:
            raise Conflict(f"You have {MOST} API tokens: revoke one first.", code="TooManyTokens")
        audit.record(principal, "apiTokens:create", kept["id"], name=name, expires_at=expires_at)
    return kept | {"expired": False, "token": token}


def revoke(principal: Principal, token_id: str) -> None:
    """End a token of the caller's at once."""
    with transaction():
        name = store.revoke(principal.username, token_id)
        if name is None:
            raise NotFound("You have no such API token.", code="ApiTokenNotFound")
        audit.record(principal, "apiTokens:delete", token_id, name=name)
