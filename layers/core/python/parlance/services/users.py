"""Accounts: create, list, change, delete."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

import msgspec

from parlance.adapters import passwords, throttle
from parlance.adapters import users as accounts
from parlance.domain.errors import Conflict, Forbidden, Invalid, NotFound
from parlance.domain.identity import GUEST, User
from parlance.domain.permissions import ROLES, scopes_of
from parlance.services.login import TRIES_BY_ACCOUNT, proven, token_for

if TYPE_CHECKING:
    from parlance.domain.identity import Principal

SHORTEST_PASSWORD = 8


def profile(principal: Principal) -> dict[str, Any]:
    """Return the caller's own user object; API tokens are stored hashed, so there is none to show."""
    user = accounts.find(principal.username)
    return describe(principal.username, principal.roles) | {"data": user.data if user else None, "api_token": None}


def list_users(*, username: str | None, role: str | None) -> list[dict[str, Any]]:
    """Return the accounts; raises NotFound when there is none, as the contract has it."""
    found = accounts.find_all(username=username, role=role)
    if not found:
        raise NotFound("No such user.")
    return [describe(user.username, user.roles) | {"data": user.data} for user in found]


def create(username: str, password: str, roles: tuple[str, ...]) -> dict[str, Any]:
    """Add an account; raises Conflict when the name is taken."""
    unknown = sorted(set(roles) - ROLES.keys() | ({GUEST} & set(roles)))
    if unknown or not roles:
        raise Invalid(f"roles: choose from {', '.join(sorted(ROLES.keys() - {GUEST}))}.")
    _refuse_short(password)
    user = User(username=username, password_hash=passwords.protect(password), roles=roles)
    if not accounts.add(user):
        raise Conflict("That username is taken.", code="UserExists")
    return describe(username, roles)


def delete(principal: Principal, username: str) -> dict[str, Any]:
    """Remove another's account and return it; its tokens are stale at once."""
    if username == principal.username:
        raise Forbidden("Nobody can delete their own account.")
    user = accounts.remove(username)
    if user is None:
        raise NotFound("No such user.", code="UserNotFound")
    return describe(user.username, user.roles)


def change_password(principal: Principal, old: str, new: str) -> str:
    """Store the new password, make every older token stale, and return a fresh one."""
    throttle.count("account", principal.username, limit=TRIES_BY_ACCOUNT)
    if proven(principal.username, old) is None:
        raise Forbidden("The old password is wrong.", code="WrongPassword")
    _refuse_short(new)
    now = round(time.time(), 3)
    accounts.set_password(principal.username, passwords.protect(new), valid_after=now)
    throttle.forget("account", principal.username)
    return token_for(principal.username, principal.roles, iat=now)


def check_change(principal: Principal, username: str | None, *, same: bool) -> None:
    """Refuse another's password and a new one that was typed in two ways."""
    if username not in {None, principal.username}:
        raise Forbidden("Only one's own password can be changed.")
    if not same:
        raise Forbidden("The new password and its confirmation differ.", code="PasswordMismatch")


def sign_out_everywhere(principal: Principal) -> None:
    """Make every token that the caller has stale, also the one in use."""
    accounts.expire_tokens(principal.username, before=time.time() + 0.001)


def take_name(principal: Principal, username: str) -> dict[str, Any]:
    """Confirm one's name; raises Forbidden for another one, since conversations belong to names."""
    if username != principal.username:
        raise Forbidden("This account has its name already.", code="NameIsTaken")
    return profile(principal)


def keep_data(principal: Principal, username: str, data: object) -> None:
    """Store the UI's own settings of the caller."""
    if username != principal.username:
        raise Forbidden("Only one's own data can be changed.")
    accounts.set_data(username, msgspec.json.encode(data).decode())


def describe(username: str, roles: tuple[str, ...]) -> dict[str, Any]:
    """Return the contract's user object."""
    return {
        "username": username,
        "roles": roles,
        "projects": [{"name": "default", "roles": roles}],
        "team": "rasa",
        "authentication_mechanism": "username_and_password",
        "permissions": sorted(scopes_of(roles)),
    }


def _refuse_short(password: str) -> None:
    if len(password) < SHORTEST_PASSWORD:
        raise Invalid(f"A password needs at least {SHORTEST_PASSWORD} characters.", code="WeakPassword")
