"""Who may give whom what: nobody hands out more than they hold, and the first administrator stays one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from parlance.adapters import roles as store
from parlance.adapters import users as accounts
from parlance.domain.errors import Forbidden, Invalid
from parlance.domain.identity import GUEST
from parlance.domain.permissions import ROLES, scopes_of
from parlance.domain.roles import ADMIN

if TYPE_CHECKING:
    from collections.abc import Collection

    from parlance.domain.identity import Principal, User


def require_grantable(principal: Principal, roles: Collection[str]) -> None:
    """Refuse roles that do not exist, that only links give, or that hold more than the caller does.

    Inside a transaction the roles stay until its end, so that nobody holds one that is deleted meanwhile.
    """
    store.hold(sorted(roles))
    own = {role.role: role.grants for role in store.find_all()}
    known = known_roles()
    if set(roles) - known:
        raise Invalid(f"roles: choose from {', '.join(sorted(known))}.")
    require_held(principal, scopes_of(tuple(roles), own))
    if ADMIN in roles and ADMIN not in principal.roles:
        raise Forbidden("Only an administrator makes administrators.", code="GrantsTooMuch")


def known_roles() -> set[str]:
    """Return the roles that an account may hold."""
    return (ROLES.keys() | {role.role for role in store.find_all()}) - {GUEST}


def require_held(principal: Principal, scopes: frozenset[str]) -> None:
    """Refuse to give away permissions that the caller does not hold."""
    if more := sorted(scopes - principal.scopes):
        raise Forbidden(f"That grants what you do not hold yourself: {more[0]}.", code="GrantsTooMuch")


def require_manageable(principal: Principal, user: User) -> None:
    """Refuse changes of an account that may do more than the caller."""
    above = ADMIN in user.roles and ADMIN not in principal.roles
    if above or not user.scopes <= principal.scopes:
        raise Forbidden("That account may do more than yours.", code="AccountAbove")


def keep_first_admin(user: User, roles_after: Collection[str]) -> None:
    """Refuse to take the role from the oldest administrator, so that an installation always has one."""
    loses = ADMIN in user.roles and ADMIN not in roles_after
    if loses and user.username == accounts.first_with(ADMIN):
        raise Forbidden("The first administrator stays one: nobody shall be locked out.", code="FirstAdministrator")


def default_roles() -> tuple[str, ...]:
    """Return the roles of accounts that are made without any."""
    return tuple(role.role for role in store.find_all() if role.is_default)
