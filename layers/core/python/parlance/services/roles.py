"""Roles: the four that are built in, and one's own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from parlance.adapters import roles as store
from parlance.adapters import users as accounts
from parlance.adapters.sql import transaction
from parlance.domain.errors import Conflict, Forbidden, NotFound
from parlance.domain.permissions import scopes_of
from parlance.domain.roles import BUILT_IN, Role, describe
from parlance.services import audit
from parlance.services.grants import require_held

if TYPE_CHECKING:
    from parlance.domain.identity import Principal


def list_roles() -> list[dict[str, Any]]:
    """Return the built-in roles, then one's own."""
    return [describe(role) for role in (*BUILT_IN.values(), *store.find_all())]


def show(name: str) -> dict[str, Any]:
    """Return a role; raises NotFound."""
    return describe(existing(name))


def existing(name: str) -> Role:
    """Return a role, built in or own; raises NotFound."""
    role = BUILT_IN.get(name) or store.find(name)
    if role is None:
        raise NotFound("No such role.", code="RoleNotFound")
    return role


def create(principal: Principal, role: Role) -> dict[str, Any]:
    """Add a role that grants no more than the caller holds; raises Conflict when the name is taken."""
    _require_holds(principal, role)
    with transaction():
        if role.role in BUILT_IN or not store.add(role):
            raise Conflict("There is a role of that name.", code="RoleExists")
        audit.record(principal, "roles:create", role.role, grants=role.grants)
    return describe(role)


def replace(principal: Principal, role: Role) -> dict[str, Any]:
    """Change what an own role grants: its holders notice at their next call."""
    with transaction():
        store.lock(role.role)
        _require_holds(principal, _own(role.role))
        _require_holds(principal, role)
        store.replace(role)
        audit.record(principal, "roles:update", role.role, grants=role.grants)
    return describe(role)


def remove(principal: Principal, name: str) -> None:
    """Delete an own role; raises Conflict while somebody holds it."""
    with transaction():
        store.lock(name)
        _require_holds(principal, _own(name))
        holders = [user.username for user in accounts.find_all(role=name)]
        if holders:
            raise Conflict(
                "Somebody holds that role: take it away first.", code="RoleInUse", details={"users": holders}
            )
        store.remove(name)
        audit.record(principal, "roles:delete", name)


def _require_holds(principal: Principal, role: Role) -> None:
    require_held(principal, scopes_of((role.role,), {role.role: role.grants}))


def _own(name: str) -> Role:
    if name in BUILT_IN:
        raise Forbidden("Built-in roles stay as they are: make a role of your own.", code="BuiltInRole")
    return existing(name)
