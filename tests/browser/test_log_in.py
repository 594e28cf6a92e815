"""Logging in and out."""

from __future__ import annotations

import json
import re
from importlib.metadata import version
from typing import TYPE_CHECKING
from uuid import uuid4

from playwright.sync_api import expect

from parlance.adapters import oidc, throttle
from parlance.services.login import TRIES_BY_ACCOUNT, token_for
from parlance.settings import settings
from tests.browser import seed
from tests.support.certified_provider import SECRET, certified_provider, client
from tests.support.identity_provider import CLIENT
from tests.support.installation import make_secret

if TYPE_CHECKING:
    from tests.browser.app import App

LOGIN = re.compile(r"/login")


def test_wrong_password_is_told_and_right_one_leads_where_one_wanted_to_go(visit, people):
    seed.small("web-1", "hello there")
    app = visit()

    app.log_in(people["admin"], "wrong", path="/conversations/web-1?q=hello")
    expect(app.problem).to_have_text("User name or password is wrong.")
    fields = app.page.locator("form[method=post] input").evaluate_all(
        "all => all.map((one) => [one.autocomplete, one.type])"
    )
    assert fields == [["username", "text"], ["current-password", "password"]]  # what password managers look for
    app.button("Show password").click()
    expect(app.page.get_by_label("Password", exact=True)).to_have_attribute("type", "text")
    app.page.get_by_role("textbox", name="Password").fill("correct horse battery staple")
    app.press("Enter")

    expect(app.turns).to_contain_text("hello there")
    assert app.path == "/conversations/web-1?q=hello"


def test_too_many_tries_and_a_server_that_is_away_are_told(visit, people, server, chromium):
    print(
        f"playwright {version('playwright')}, Chromium {chromium.version}"
    )  # an old driver and a new browser may part
    for _ in range(TRIES_BY_ACCOUNT):
        throttle.count("account", "nobody", limit=TRIES_BY_ACCOUNT)
    app = visit()

    app.log_in("nobody", "wrong")

    expect(app.problem).to_contain_text(re.compile(r"Too many tries.*Try again in \d+ s"))
    expect(app.button("Log in")).to_be_disabled()
    app.page.reload()
    app.page.get_by_label("User name").fill("ada")
    server.is_away = True
    app.page.get_by_role("textbox", name="Password").fill("x")
    app.press("Enter")
    expect(app.problem).to_contain_text("Parlance does not answer")


def test_a_session_that_ended_is_taken_up_again_and_signing_out_leaves_nothing_but_the_theme(app):
    seed.small("web-1", "my secret")
    expect(app.row("my secret")).to_be_visible()
    app.go("/conversations/web-1")
    expect(app.turns).to_contain_text("my secret")

    app.page.evaluate(
        "localStorage.setItem('parlance.token', localStorage.getItem('parlance.token').replace(/.{9}$/, 'forged000'))"
    )
    app.page.reload()

    expect(app.page.get_by_text("Your session has ended. Please log in again.")).to_be_visible()
    app.log_in("ada", path=app.path)
    expect(app.turns).to_contain_text("my secret")

    app.button("Account: ada").click()
    app.page.get_by_label("Dark").check()
    app.button("Sign out").click()

    expect(app.page).to_have_url(LOGIN)
    app.page.go_back()
    expect(app.page).to_have_url(LOGIN)
    assert "my secret" not in app.page.content()
    assert app.page.evaluate("getComputedStyle(document.body).colorScheme") == "dark"


def test_rooms_are_those_of_ones_role_also_for_who_comes_by_single_sign_on(visit, people, server, monkeypatch):
    rooms = {
        "admin": "Conversations Inbox Talk Training data Stories Models Insights Settings",
        "annotator": "Conversations Inbox Talk Training data Stories Models Settings",
        "tester": "Talk Models Settings",
    }
    for role, names in rooms.items():
        app = visit()
        app.carry(token_for(people[role], (role,)))
        assert rooms_of(app) == names
    back = f"{server.url}/api/auth/oidc/callback"
    with certified_provider() as provider:
        provider.tell(clients=[{**client(CLIENT), "redirect_uris": [back]}])
        facts = {"issuer": provider.issuer, "client_id": CLIENT, "client_secret": SECRET, "name": "Example", **ROLES}
        secret = f"sso-{uuid4().hex}"
        make_secret(secret, json.dumps(facts))
        monkeypatch.setenv("SSO_SECRET", secret)
        monkeypatch.setenv("PUBLIC_URL", server.url)
        settings.cache_clear()
        oidc._cache.clear()
        app = visit()
        come_by_single_sign_on(app)
        assert rooms_of(app) == rooms["annotator"]


def rooms_of(app: App) -> str:
    places = app.page.get_by_role("navigation", name="Rooms").locator(".places a .label")
    expect(places.first).to_be_visible()
    return " ".join(places.all_text_contents())


ROLES = {"role_claim": "groups", "roles": {"botmasters": ["annotator"]}, "scopes": "openid email groups"}


def come_by_single_sign_on(app: App) -> None:
    """Grace gives up once, then fills in the provider's own forms."""
    app.page.route(lambda url: not url.startswith("http://127.0.0.1:"), lambda route: route.abort())  # its fonts
    app.go("/inbox")
    app.button("Log in with Example").click()
    app.page.get_by_role("link", name="Cancel").click()
    expect(app.problem).to_contain_text("Single sign-on did not work")
    app.button("Log in with Example").click()
    app.page.get_by_placeholder("Enter any login").fill("grace")
    app.page.get_by_placeholder("and password").fill("whatever")
    app.button("Sign-in").click()
    app.button("Continue").click()
    expect(app.page).to_have_url(f"{app.server.url}/inbox")
    expect(app.button("Account: grace@example.test")).to_be_visible()
