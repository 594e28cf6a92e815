"""Logging in: who proves a password gets a token."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from parlance.adapters import passwords, throttle, tokens, users
from parlance.domain.errors import Unauthorized
from parlance.domain.identity import Principal
from parlance.domain.permissions import scopes_of
from parlance.services import audit

if TYPE_CHECKING:
    from parlance.domain.identity import User

TRIES_BY_ACCOUNT = 10
TRIES_BY_ADDRESS = 50


def log_in(username: str, password: str, *, address: str) -> str:
    """Return a token for eight hours; the same answer, after the same time, for a wrong name and a wrong password."""
    throttle.count("account", username, limit=TRIES_BY_ACCOUNT)
    throttle.count("address", address, limit=TRIES_BY_ADDRESS)
    user = proven(username, password)
    if user is None:
        raise Unauthorized("Wrong username or password.", code="AuthenticationFailed")
    throttle.forget("account", username)
    throttle.give_back("address", address)
    audit.record(Principal(username=user.username, via="password"), "session:create", user.username)
    return token_of(user)


def proven(username: str, password: str) -> User | None:
    """Return the account when the password is its own; renews a hash made with weaker parameters."""
    user = users.find(username)
    stored = user.password_hash if user else passwords.NOBODY
    if not passwords.matches(stored, password) or user is None:
        return None
    if passwords.is_outdated(stored):
        users.set_password(username, passwords.protect(password), valid_after=user.valid_after)
    return user


def token_for(username: str, roles: tuple[str, ...], *, lifetime: int = tokens.LIFETIME, **claims: Any) -> str:
    """Sign what Rasa X's clients and Rasa's `rasa:` channel read: username, user, scopes; and whatever claims more."""
    known = {
        "iat": round(time.time(), 3),
        "username": username,
        "user": {"username": username, "roles": roles},
        "scopes": sorted(scopes_of(roles)),
    }
    return tokens.issue(known | claims, lifetime=lifetime)


def token_of(who: User | Principal, **more: Any) -> str:
    """Sign a token with the permissions held today, those of own roles too."""
    return token_for(who.username, who.roles, scopes=sorted(who.scopes), **more)


def renew(principal: Principal) -> str:
    """Return a fresh token for somebody who still has a valid one."""
    return token_of(principal)
