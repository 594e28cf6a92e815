"""Single sign-on: by which ways people log in, and the way to the identity provider and back."""

from __future__ import annotations

from http.cookies import CookieError, SimpleCookie
from typing import Any
from urllib.parse import quote, urlencode

import msgspec

from functions.api.answers import Answer
from functions.api.endpoint import Call, Resource
from parlance.adapters.log import log
from parlance.domain import shapes
from parlance.domain.errors import AppError
from parlance.services import sign_on as service
from parlance.settings import settings

sign_on = Resource(__name__)

COOKIE = "parlance_sign_on"


class Wish(msgspec.Struct, frozen=True):
    """Where to go afterwards."""

    next: str = "/"


class Return(msgspec.Struct, frozen=True):
    """What the provider sends the browser back with."""

    code: str = ""
    state: str = ""
    error: str = ""
    iss: str = ""


@sign_on.endpoint("GET", "/auth/providers", scope=None, answer=shapes.LogInWays)
def providers(_call: Call) -> dict[str, Any]:
    """Say by which ways people log in."""
    return service.offered()


@sign_on.endpoint("GET", "/auth/oidc/login", scope=None, query=Wish, status=302)
def leave(call: Call, query: Wish) -> Answer:
    """Send the browser to the identity provider."""
    begun = service.begin(query.next, address=call.address)
    return _redirect(begun.address, _cookie(begun.browser, service.PATIENCE))


@sign_on.endpoint("GET", "/auth/oidc/callback", scope=None, query=Return, status=302)
def come_back(call: Call, query: Return) -> Answer:
    """Take the browser back from the identity provider: to the log-in page, with a token that is good once."""
    wish = "/"
    returned = service.Returned(query.code, query.state, query.error, query.iss, browser_of(call))
    try:
        begun = service.resume(returned)
        wish = begun["next"]
        token = service.finish(begun, returned, address=call.address)
    except AppError as error:  # a person is waiting in a browser: the log-in page says why
        log("sign_on_failed", reason=error.code)
        return _redirect(_page(wish, sign_on_error=error.code))
    return _redirect(_page(wish, single_use_token=token))


def browser_of(call: Call) -> str:
    """Return the secret that the browser has kept since it left."""
    try:
        kept = SimpleCookie(call.headers.get("cookie", "")).get(COOKIE)
    except CookieError:
        return ""
    return kept.value if kept else ""


def _page(wish: str, **told: str) -> str:
    """Return the log-in page's address; what it is told is in the fragment, which no server and no log sees."""
    asked = f"?next={quote(wish, safe='')}" if wish != "/" else ""
    return f"{settings().public_url}/login{asked}#{urlencode(told)}"


def _cookie(browser: str, seconds: int) -> dict[str, str]:
    secure = "; Secure" if settings().public_url.startswith("https:") else ""
    return {"Set-Cookie": f"{COOKIE}={browser}; Path=/api/auth; Max-Age={seconds}; HttpOnly; SameSite=Lax{secure}"}


def _redirect(address: str, headers: dict[str, str] | None = None) -> Answer:
    return Answer("", 302, {"Location": address, **(headers or {})}, media="text/plain")
