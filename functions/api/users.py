"""Accounts of other people."""

from __future__ import annotations

from typing import Any

import msgspec

from functions.api.answers import NO_CONTENT, Answer, page
from functions.api.endpoint import Call, Resource
from functions.api.session import Name, Password
from parlance.domain import shapes
from parlance.domain.errors import Invalid
from parlance.services import users as accounts

users = Resource(__name__)


class UserFilter(msgspec.Struct, frozen=True):
    """Which accounts to list."""

    username: str | None = None
    role: str | None = None


class NewUser(msgspec.Struct, frozen=True):
    """The body that creates an account: with a password, or by `saml_id` for who logs in at the identity provider."""

    username: Name | None = None
    password: Password | None = None
    saml_id: Name | None = None
    """The name that the provider gives: the account belongs to whom it says that of."""
    roles: tuple[str, ...] = ()
    """Without any, the default ones."""


class OwnData(msgspec.Struct, frozen=True):
    """Whatever the UI wants to remember for its user."""

    data: Any


@users.endpoint("GET", "/users", scope="users:list", query=UserFilter, answer=list[shapes.Account])
def list_users(_call: Call, query: UserFilter) -> Answer:
    """List accounts."""
    found = accounts.list_users(username=query.username, role=query.role)
    return page(found, len(found))


@users.endpoint(
    "POST", "/users", scope="users:create", body=NewUser, audit="service", status=201, answer=shapes.Account
)
def create_user(call: Call, body: NewUser) -> Answer:
    """Create an account."""
    if body.saml_id is not None:
        return Answer(accounts.invite(call.principal, body.saml_id, body.roles), 201)
    if body.username is None or body.password is None:
        raise Invalid("username, password: an account has both, or `saml_id`.", code="WrongSchema")
    return Answer(accounts.create(call.principal, body.username, body.password, body.roles), 201)


@users.endpoint("PUT", "/users/{username}", scope="user.values:update", body=OwnData, audit="never", status=204)
def keep_data(call: Call, username: str, body: OwnData) -> Answer:
    """Keep the UI's own data of one's account."""
    accounts.keep_data(call.principal, username, body.data)
    return NO_CONTENT


@users.endpoint("DELETE", "/users/{username}", scope="users:delete", audit="service", answer=shapes.Account)
def delete_user(call: Call, username: str) -> dict[str, Any]:
    """Delete another's account and its API tokens."""
    return accounts.delete(call.principal, username)


@users.endpoint("DELETE", "/users/{username}/sessions", scope="users:update", audit="service", status=204)
def sign_out(call: Call, username: str) -> Answer:
    """End every session of a user; API tokens stay."""
    accounts.sign_out(call.principal, username)
    return NO_CONTENT
