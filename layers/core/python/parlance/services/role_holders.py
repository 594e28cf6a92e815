"""Who holds which role."""

from __future__ import annotations

from typing import TYPE_CHECKING

from parlance.adapters import roles as store
from parlance.adapters import users as accounts
from parlance.adapters.sql import transaction
from parlance.domain.errors import Invalid, NotFound
from parlance.services import audit
from parlance.services.grants import keep_first_admin, require_grantable, require_manageable
from parlance.services.roles import existing

if TYPE_CHECKING:
    from collections.abc import Collection

    from parlance.domain.identity import Principal, User


def holders(role: str) -> list[str]:
    """Return the names of those who hold the role."""
    existing(role)
    return [user.username for user in accounts.find_all(role=role)]


def set_holders(principal: Principal, role: str, names: Collection[str]) -> list[str]:
    """Give the role to exactly these accounts, or change nothing."""
    existing(role)
    with transaction():
        store.lock(role)
        require_grantable(principal, (role,))
        for user in _touched(role, set(names)):
            _set(principal, user, _with(user, role) if user.username in names else _without(user, role))
    return holders(role)


def roles_of(username: str) -> tuple[str, ...]:
    """Return an account's roles; raises NotFound."""
    user = accounts.find(username)
    if user is None:
        raise _unknown()
    return user.roles


def set_roles(principal: Principal, username: str, roles: Collection[str]) -> tuple[str, ...]:
    """Give an account exactly these roles; it notices at its next call."""
    after = tuple(dict.fromkeys(roles))
    with transaction():
        require_grantable(principal, after)
        _set(principal, _locked(username), after)
    return after


def take_role(principal: Principal, username: str, role: str) -> None:
    """Take one role away; raises NotFound when the account does not hold it."""
    with transaction():
        user = _locked(username)
        if role not in user.roles:
            raise NotFound("That account does not hold this role.", code="RoleNotFound")
        _set(principal, user, _without(user, role))


def _set(principal: Principal, user: User, roles: tuple[str, ...]) -> None:
    if roles == user.roles:
        return
    require_manageable(principal, user)
    keep_first_admin(user, roles)
    accounts.set_roles(user.username, roles)
    audit.record(principal, "users:update", user.username, roles=roles, before=user.roles)


def _touched(role: str, names: set[str]) -> list[User]:
    """Lock and return those who hold the role or shall; raises Invalid for a name that nobody has."""
    now = {user.username for user in accounts.find_all(role=role)}
    users = accounts.lock(now | names)
    if unknown := sorted(names - {user.username for user in users}):
        raise Invalid(f"There is no user {unknown[0]}.", code="UserNotFound")
    return users


def _locked(username: str) -> User:
    users = accounts.lock({username})
    if not users:
        raise _unknown()
    return users[0]


def _with(user: User, role: str) -> tuple[str, ...]:
    return user.roles if role in user.roles else (*user.roles, role)


def _without(user: User, role: str) -> tuple[str, ...]:
    return tuple(held for held in user.roles if held != role)


def _unknown() -> NotFound:
    return NotFound("No such user.", code="UserNotFound")
