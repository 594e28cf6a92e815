"""Accounts: create, list, change, delete."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

import msgspec

from parlance.adapters import passwords, throttle
from parlance.adapters import users as accounts
from parlance.adapters.sql import transaction
from parlance.domain.errors import Conflict, Forbidden, Invalid, NotFound
from parlance.domain.identity import User
from parlance.services import audit
from parlance.services.grants import default_roles, keep_first_admin, require_grantable, require_manageable
from parlance.services.login import TRIES_BY_ACCOUNT, proven, token_of

if TYPE_CHECKING:
    from parlance.domain.identity import Principal

SHORTEST_PASSWORD = 8


def profile(principal: Principal) -> dict[str, Any]:
    """Return the caller's own user object; API tokens are stored hashed, so there is none to show."""
    user = accounts.find(principal.username)
    if user is None:
        raise NotFound("No such user.", code="UserNotFound")
    return describe(user) | {"data": user.data, "api_token": None}


def list_users(*, username: str | None, role: str | None) -> list[dict[str, Any]]:
    """Return the accounts; raises NotFound when there is none, as the contract has it."""
    found = accounts.find_all(username=username, role=role)
    if not found:
        raise NotFound("No such user.")
    return [describe(user) | {"data": user.data} for user in found]


def create(principal: Principal, username: str, password: str, roles: tuple[str, ...]) -> dict[str, Any]:
    """Add an account that may do no more than the caller; raises Conflict when the name is taken."""
    _refuse_short(password)
    return _add(principal, username, passwords.protect(password), roles)


def invite(principal: Principal, username: str, roles: tuple[str, ...]) -> dict[str, Any]:
    """Add an account without a password: it is for whom the identity provider gives that name (see `sign_on`)."""
    return _add(principal, username, passwords.NOBODY, roles)


def _add(principal: Principal, username: str, protected: str, roles: tuple[str, ...]) -> dict[str, Any]:
    with transaction():
        given = tuple(dict.fromkeys(roles)) or default_roles()
        if not given:
            raise Invalid("roles: name one, or make one the default.")
        require_grantable(principal, given)
        # an account of that name may have been deleted: its tokens are no tokens of this one
        now = round(time.time(), 3)
        if not accounts.add(User(username=username, password_hash=protected, roles=given, valid_after=now)):
            raise Conflict("That username is taken.", code="UserExists")
        audit.record(principal, "users:create", username, roles=given)
        return describe(accounts.lock({username})[0])


def delete(principal: Principal, username: str) -> dict[str, Any]:
    """Remove another's account and return it; its tokens are stale at once."""
    if username == principal.username:
        raise Forbidden("Nobody can delete their own account.")
    with transaction():
        user = _managed(principal, username)
        keep_first_admin(user, ())
        accounts.remove(username)
        audit.record(principal, "users:delete", username, roles=user.roles)
    return describe(user)


def change_password(principal: Principal, old: str, new: str) -> str:
    """Store the new password, make every older token stale, and return a fresh one."""
    throttle.count("account", principal.username, limit=TRIES_BY_ACCOUNT)
    if proven(principal.username, old) is None:
        raise Forbidden("The old password is wrong.", code="WrongPassword")
    _refuse_short(new)
    now = round(time.time(), 3)
    protected = passwords.protect(new)
    with transaction():
        accounts.set_password(principal.username, protected, valid_after=now)
        audit.record(principal, "user.password:update", principal.username)
    throttle.forget("account", principal.username)
    return token_of(principal, iat=now)


def check_change(principal: Principal, username: str | None, *, same: bool) -> None:
    """Refuse another's password and a new one that was typed in two ways."""
    if username not in {None, principal.username}:
        raise Forbidden("Only one's own password can be changed.")
    if not same:
        raise Forbidden("The new password and its confirmation differ.", code="PasswordMismatch")


def sign_out_everywhere(principal: Principal) -> None:
    """Make every token that the caller has stale, also the one in use."""
    with transaction():
        accounts.expire_tokens(principal.username, before=time.time() + 0.001)
        audit.record(principal, "sessions:delete", principal.username)


def sign_out(principal: Principal, username: str) -> None:
    """Make every token that another account has stale, but not its API tokens."""
    with transaction():
        _managed(principal, username)
        accounts.expire_tokens(username, before=time.time() + 0.001)
        audit.record(principal, "sessions:delete", username)


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


def _managed(principal: Principal, username: str) -> User:
    """Lock another's account; raises NotFound, or Forbidden for one that may do more than the caller."""
    found = accounts.lock({username})
    if not found:
        raise NotFound("No such user.", code="UserNotFound")
    require_manageable(principal, found[0])
    return found[0]


def describe(user: User) -> dict[str, Any]:
    """Return the contract's user object."""
    is_elsewhere = user.subject is not None or user.password_hash == passwords.NOBODY
    return {
        "username": user.username,
        "roles": user.roles,
        "projects": [{"name": "default", "roles": user.roles}],
        "team": "rasa",
        "authentication_mechanism": "single_sign_on" if is_elsewhere else "username_and_password",
        "saml_id": user.username if is_elsewhere else None,
        "permissions": sorted(user.scopes),
    }


def _refuse_short(password: str) -> None:
    if len(password) < SHORTEST_PASSWORD:
        raise Invalid(f"A password needs at least {SHORTEST_PASSWORD} characters.", code="WeakPassword")
