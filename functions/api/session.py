"""Logging in and asking who one is."""

from __future__ import annotations

from typing import Annotated, Any

import msgspec

from functions.api.answers import NO_CONTENT, Answer
from functions.api.endpoint import Call, Resource
from functions.api.sign_on import browser_of
from parlance.domain import shapes
from parlance.domain.errors import Invalid
from parlance.domain.shapes_installation import Me, Verified
from parlance.services import login, sign_on
from parlance.services import users as accounts

session = Resource(__name__)

Name = Annotated[str, msgspec.Meta(min_length=1, max_length=255)]
Password = Annotated[str, msgspec.Meta(max_length=1024)]


class PasswordChange(msgspec.Struct, frozen=True):
    """The body of a password change; `username` may be left out, it can only be one's own."""

    old_password: Password
    new_password: Password
    new_password_confirm: Password
    username: Name | None = None


class Naming(msgspec.Struct, frozen=True):
    """The body by which a new single sign-on user takes a name."""

    username: Name


class LogIn(msgspec.Struct, frozen=True):
    """The body of a log-in: name and password, or the token with which single sign-on came back."""

    username: Name | None = None
    password: Password | None = None
    single_use_token: Annotated[str, msgspec.Meta(min_length=1, max_length=255)] | None = None


@session.endpoint("POST", "/auth", scope=None, body=LogIn, answer=shapes.AccessToken)
def log_in(call: Call, body: LogIn) -> dict[str, str]:
    """Log in: a token for eight hours."""
    if body.single_use_token is not None:
        return {"access_token": sign_on.log_in(body.single_use_token, browser_of(call))}
    if body.username is None or body.password is None:
        raise Invalid("Give `username` and `password`, or `single_use_token`.")
    return {"access_token": login.log_in(body.username, body.password, address=call.address)}


@session.endpoint("GET", "/auth/me", scope="user:get", answer=Me)
def me(call: Call) -> dict[str, Any]:
    """Say who the token belongs to."""
    return {"me": accounts.profile(call.principal)}


@session.endpoint("GET", "/auth/verify", scope="user:get", answer=Verified)
def verify(call: Call) -> dict[str, Any]:
    """Say that the token is valid."""
    return {"valid": True, "username": call.principal.username}


@session.endpoint("POST", "/auth/refresh", scope="user:get", audit="never", secret=True, answer=shapes.AccessToken)
def refresh(call: Call) -> dict[str, str]:
    """Exchange a valid token for a fresh one."""
    return {"access_token": login.renew(call.principal)}


@session.endpoint("GET", "/user", scope="user:get", answer=shapes.Account)
def own_profile(call: Call) -> dict[str, Any]:
    """Show one's own account."""
    return accounts.profile(call.principal)


@session.endpoint("PATCH", "/user", scope="user:update", body=Naming, answer=shapes.Account)
def take_name(call: Call, body: Naming) -> dict[str, Any]:
    """Name a new single sign-on account."""
    return accounts.take_name(call.principal, body.username)


@session.endpoint(
    "POST",
    "/user/password",
    scope="user.password:update",
    body=PasswordChange,
    audit="service",
    secret=True,
    answer=shapes.AccessToken,
)
def change_password(call: Call, body: PasswordChange) -> dict[str, str]:
    """Change one's own password: other sessions end, the answer carries a fresh token."""
    accounts.check_change(call.principal, body.username, same=body.new_password == body.new_password_confirm)
    return {"access_token": accounts.change_password(call.principal, body.old_password, body.new_password)}


@session.endpoint("DELETE", "/user/sessions", scope="user:update", audit="service", status=204)
def sign_out_everywhere(call: Call) -> Answer:
    """End every session of one's own, this one too."""
    accounts.sign_out_everywhere(call.principal)
    return NO_CONTENT
