"""Roles, and who holds them."""

from __future__ import annotations

from typing import Any

import msgspec

from functions.api.answers import NO_CONTENT, Answer, page
from functions.api.endpoint import Call, Resource
from functions.api.session import Name
from parlance.domain import shapes
from parlance.domain.roles import Level, Role, kept
from parlance.services import role_holders
from parlance.services import roles as service

roles = Resource(__name__)

Names = tuple[Name, ...]
TURN = "roles"
VERSION = TURN, lambda _call, role: service.show(role)
HOLDERS = TURN, lambda _call, role: role_holders.holders(role)
HELD = TURN, lambda _call, username: role_holders.roles_of(username)


class Granting(msgspec.Struct, frozen=True, kw_only=True):
    """The body that changes a role: levels by project and category."""

    grants: dict[str, dict[str, Level]]
    description: str = ""
    is_default: bool = False

    def named(self, role: str) -> Role:
        """Return the role of that name."""
        return Role(role=role, grants=kept(self.grants), description=self.description, is_default=self.is_default)


class NewRole(Granting, frozen=True, kw_only=True):
    """The body that makes a role."""

    role: Name


@roles.endpoint("GET", "/roles", scope="roles:list", answer=list[shapes.RoleGrants])
def list_roles(_call: Call) -> Answer:
    """List roles, built in and own."""
    found = service.list_roles()
    return page(found, len(found))


@roles.endpoint(
    "POST", "/roles", scope="roles:create", body=NewRole, audit="service", status=201, answer=shapes.RoleGrants
)
def create_role(call: Call, body: NewRole) -> Answer:
    """Make a role of one's own."""
    return Answer(service.create(call.principal, body.named(body.role)), 201)


@roles.endpoint("GET", "/roles/{role}", scope="roles:get", answer=shapes.RoleGrants, tagged=True)
def show_role(_call: Call, role: str) -> dict[str, Any]:
    """Show a role."""
    return service.show(role)


@roles.endpoint(
    "PUT",
    "/roles/{role}",
    scope="roles:update",
    body=Granting,
    audit="service",
    answer=shapes.RoleGrants,
    tagged=True,
    version=VERSION,
)
def replace_role(call: Call, role: str, body: Granting) -> dict[str, Any]:
    """Change what an own role grants."""
    return service.replace(call.principal, body.named(role))


@roles.endpoint("DELETE", "/roles/{role}", scope="roles:delete", audit="service", status=204, version=VERSION)
def delete_role(call: Call, role: str) -> Answer:
    """Delete an own role that nobody holds."""
    service.remove(call.principal, role)
    return NO_CONTENT


@roles.endpoint("GET", "/roles/{role}/users", scope="users:list", answer=list[str], tagged=True)
def list_holders(_call: Call, role: str) -> Answer:
    """List the names of those who hold a role."""
    found = role_holders.holders(role)
    return page(found, len(found))


@roles.endpoint(
    "PUT",
    "/roles/{role}/users",
    scope="users:update",
    body=Names,
    audit="service",
    answer=list[str],
    tagged=True,
    version=HOLDERS,
)
def set_holders(call: Call, role: str, body: Names) -> list[str]:
    """Give a role to exactly these users."""
    return role_holders.set_holders(call.principal, role, body)


@roles.endpoint("GET", "/users/{username}/roles", scope="users:list", answer=list[str], tagged=True)
def list_roles_of_user(_call: Call, username: str) -> Answer:
    """List a user's roles."""
    found = role_holders.roles_of(username)
    return page(found, len(found))


@roles.endpoint(
    "PUT",
    "/users/{username}/roles",
    scope="users:update",
    body=Names,
    audit="service",
    answer=list[str],
    tagged=True,
    version=HELD,
)
def set_roles_of_user(call: Call, username: str, body: Names) -> tuple[str, ...]:
    """Give a user exactly these roles."""
    return role_holders.set_roles(call.principal, username, body)


@roles.endpoint("DELETE", "/users/{username}/roles/{role}", scope="users:update", audit="service", status=204)
def take_role(call: Call, username: str, role: str) -> Answer:
    """Take a role from a user."""
    role_holders.take_role(call.principal, username, role)
    return NO_CONTENT
