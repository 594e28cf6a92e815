"""Who is asking: users, guests, programs with a token, and Rasa servers."""

from __future__ import annotations

from typing import Any

import msgspec

from parlance.domain.permissions import scopes_of

SERVICE = "service"
GUEST = "guest"


class User(msgspec.Struct, frozen=True, kw_only=True):
    """An account as it is stored; `valid_after` (unix seconds) makes every older token stale."""

    username: str
    password_hash: str
    roles: tuple[str, ...]
    data: Any = None
    valid_after: float = 0.0
    issuer: str | None = None
    subject: str | None = None
    """Who it is at the identity provider; None for an account that logs in by password."""
    own_grants: dict[str, dict[str, str]] = {}
    """What the account's roles grant that are not built in."""

    @property
    def scopes(self) -> frozenset[str]:
        """Every permission that the account has today."""
        return scopes_of(self.roles, self.own_grants)


class Principal(msgspec.Struct, frozen=True, kw_only=True):
    """The authenticated caller of one request; `via` says by which kind of proof."""

    username: str
    roles: tuple[str, ...] = ()
    scopes: frozenset[str] = frozenset()
    via: str = "jwt"

    @property
    def sees_all(self) -> bool:
        """Whether every conversation is visible, not only the caller's own."""
        return "admin" in self.roles or self.via == SERVICE


ANONYMOUS = Principal(username="", via="none")
