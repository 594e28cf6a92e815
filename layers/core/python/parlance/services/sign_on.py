"""Single sign-on: to the identity provider and back, and the account that belongs to whom it names.

Authorization code with PKCE; state, nonce and verifier stay here, good for one log-in in the browser that began it.
The way back ends with a token that is good once, within a minute, in that browser: the UI exchanges it for its own.
"""

from __future__ import annotations

import base64
import hashlib
import secrets
import time
from typing import Any, NamedTuple
from urllib.parse import urlencode

from parlance.adapters import oidc, passwords, throttle, users
from parlance.adapters import sign_on_steps as steps
from parlance.adapters.sql import take_turns, transaction
from parlance.domain.errors import Forbidden, NotFound
from parlance.domain.identity import Principal, User
from parlance.domain.sign_on import Provider, SignOnFailed, has_verified, name_of, roles_of, safe_path
from parlance.services import audit
from parlance.services.grants import keep_first_admin, known_roles
from parlance.services.login import TRIES_BY_ADDRESS, token_of
from parlance.settings import settings

PATIENCE = 600
"""Seconds that the way through the provider may take."""
SINGLE_USE = 60
CALLBACK = "/api/auth/oidc/callback"


class Begun(NamedTuple):
    """Where the browser goes, and the secret that it keeps meanwhile."""

    address: str
    browser: str


class Returned(NamedTuple):
    """What the provider sent the browser back with."""

    code: str
    state: str
    error: str
    issuer: str
    browser: str


def offered() -> dict[str, Any]:
    """Say by which ways people log in."""
    found = oidc.provider()
    ways = [{"name": found.name, "url": "/api/auth/oidc/login"}] if found.is_on else []
    return {"password": True, "single_sign_on": ways}


def begin(next_path: str, *, address: str) -> Begun:
    """Return the provider's log-in page for a new try; raises NotFound without a provider, Unavailable, TooMany."""
    found = oidc.provider()
    if not found.is_on:
        raise NotFound("There is no single sign-on here.", code="SingleSignOnIsOff")
    throttle.count("sign-on", address, limit=TRIES_BY_ADDRESS)
    state, nonce, verifier, browser = (secrets.token_urlsafe(32) for _ in range(4))
    facts = {"nonce": nonce, "verifier": verifier, "browser": _hash(browser), "next": safe_path(next_path)}
    steps.keep("state", state, facts, seconds=PATIENCE)
    question = {
        "response_type": "code",
        "client_id": found.client_id,
        "redirect_uri": settings().public_url + CALLBACK,
        "scope": found.scopes,
        "state": state,
        "nonce": nonce,
        "code_challenge": _challenge(verifier),
        "code_challenge_method": "S256",
    }
    page = oidc.discovered(found)["authorization_endpoint"]
    return Begun(f"{page}{'&' if '?' in page else '?'}{urlencode(question)}", browser)


def resume(returned: Returned) -> dict[str, str]:
    """Return what was kept of the try that comes back, `next` among it; raises SignOnFailed."""
    begun = steps.take("state", returned.state) if returned.state else None
    if begun is None or not secrets.compare_digest(begun["browser"], _hash(returned.browser)):
        raise SignOnFailed("This log-in is over or belongs to another browser: begin again.", code="SignOnExpired")
    return begun


def finish(begun: dict[str, str], returned: Returned, *, address: str) -> str:
    """Return a token that is good once; raises SignOnFailed and others with the reason's code."""
    found = oidc.provider()
    if returned.error or not returned.code:
        raise SignOnFailed("The provider did not let you in.", code="AccessDenied")
    if returned.issuer not in {"", found.issuer}:
        raise SignOnFailed("Another provider answered.", code="InvalidIdToken")
    user = account_of(found, _claims(found, returned.code, begun))
    throttle.give_back("sign-on", address)
    token = secrets.token_urlsafe(32)
    facts = {"username": user.username, "browser": begun["browser"]}
    steps.keep("token", token, facts, seconds=SINGLE_USE)
    return token


def log_in(single_use_token: str, browser: str) -> str:
    """Exchange the token for a session's; raises SignOnFailed for a used, old or stolen one."""
    kept = steps.take("token", single_use_token)
    user = users.find(kept["username"]) if kept else None
    if kept is None or user is None or not secrets.compare_digest(kept["browser"], _hash(browser)):
        raise SignOnFailed("This log-in is over or belongs to another browser: begin again.", code="SignOnExpired")
    audit.record(Principal(username=user.username, via="sso"), "session:create", user.username)
    return token_of(user)


def account_of(found: Provider, claims: dict[str, Any]) -> User:
    """Return the account of whom the claims speak of: known, linked by the rule, or new; with the roles of today."""
    with transaction():
        take_turns("sign-on")
        known = users.find_by_identity(found.issuer, claims["sub"])
        if known is None:
            known = _linked(found, claims) or _made(found, claims)
        return _with_roles_of_today(found, claims, known)


def _claims(found: Provider, code: str, begun: dict[str, str]) -> dict[str, Any]:
    """Return the ID token's claims; what the rules need and it lacks is asked of the provider."""
    tokens = oidc.redeemed(found, code, begun["verifier"], settings().public_url + CALLBACK)
    claims = oidc.verified(found, tokens["id_token"], begun["nonce"])
    needed = {found.username_claim, found.role_claim} - {""}
    if needed - claims.keys() and tokens.get("access_token"):
        claims = oidc.user_info(found, str(tokens["access_token"]), claims["sub"]) | claims
    return claims


def _linked(found: Provider, claims: dict[str, Any]) -> User | None:
    """Give an account that is here already to its owner at the provider; raises SignOnFailed when that is not sure."""
    name = name_of(found, claims)
    user = users.find(name)
    if user is None:
        return None
    is_invited_by_id = user.password_hash == passwords.NOBODY and name == claims["sub"]  # which nobody chooses
    if user.subject is not None or not (found.link_by_name or is_invited_by_id or has_verified(claims, name)):
        raise SignOnFailed("An account of that name is here already, and not yours.", code="NameTaken")
    users.set_identity(name, found.issuer, claims["sub"])
    audit.record(Principal(username=name, via="sso"), "users:update", name, linked=found.issuer)
    return user


def _made(found: Provider, claims: dict[str, Any]) -> User:
    """Add an account without a password."""
    name, roles = name_of(found, claims), _known(roles_of(found, claims))
    now = round(time.time(), 3) - 1  # the token of this very log-in counts
    users.add(User(username=name, password_hash=passwords.NOBODY, roles=roles, valid_after=now))
    users.set_identity(name, found.issuer, claims["sub"])
    audit.record(Principal(username=name, via="sso"), "users:create", name, roles=roles)
    return users.lock({name})[0]


def _with_roles_of_today(found: Provider, claims: dict[str, Any], user: User) -> User:
    """Give the roles that the provider's claim says, where it decides; the first administrator stays one."""
    if not found.role_claim:
        return user
    roles = _known(roles_of(found, claims))
    if set(roles) != set(user.roles):
        keep_first_admin(user, roles)
        users.set_roles(user.username, roles)
        audit.record(Principal(username=user.username, via="sso"), "users:update", user.username, roles=roles)
    return users.lock({user.username})[0]


def _known(roles: tuple[str, ...]) -> tuple[str, ...]:
    there = tuple(role for role in roles if role in known_roles())
    if not there:
        raise Forbidden("You have no role here: ask an administrator.", code="NoRole")
    return there


def _challenge(verifier: str) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()


def _hash(browser: str) -> str:
    return hashlib.sha256(browser.encode()).hexdigest()
