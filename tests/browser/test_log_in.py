"""Logging in and out."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from parlance.adapters import throttle
from parlance.services.login import TRIES_BY_ACCOUNT
from tests.browser import seed

LOGIN = re.compile(r"/login")


def test_browser_and_driver_are_named(chromium):
    """An old driver with a new Chromium may break: the log of a failing run names both."""
    from importlib.metadata import version

    print(f"playwright {version('playwright')}, Chromium {chromium.version}")
    assert chromium.version


def test_wrong_password_is_told_and_right_one_leads_where_one_wanted_to_go(visit, people):
    seed.small("web-1", "hello there")
    app = visit()

    app.log_in(people["admin"], "wrong", path="/conversations/web-1?q=hello")
    expect(app.problem).to_have_text("User name or password is wrong.")
    app.page.get_by_role("textbox", name="Password").fill("correct horse battery staple")
    app.press("Enter")

    expect(app.turns).to_contain_text("hello there")
    assert app.path == "/conversations/web-1?q=hello"


def test_too_many_tries_are_told_to_wait(visit, people):
    for _ in range(TRIES_BY_ACCOUNT):
        throttle.count("account", "nobody", limit=TRIES_BY_ACCOUNT)
    app = visit()

    app.log_in("nobody", "wrong")

    expect(app.problem).to_contain_text(re.compile(r"Too many tries.*Try again in \d+ s"))
    expect(app.button("Log in")).to_be_disabled()


def test_a_server_that_is_away_is_told(visit, people, server):
    app = visit()
    app.go("/login")
    server.is_away = True

    app.page.get_by_label("User name").fill("ada")
    app.page.get_by_role("textbox", name="Password").fill("x")
    app.press("Enter")

    expect(app.problem).to_contain_text("Parlance does not answer")


def test_password_managers_find_what_they_look_for(visit, people):
    app = visit()
    app.go("/login")

    fields = app.page.locator("form[method=post] input").evaluate_all(
        "all => all.map((one) => [one.autocomplete, one.type])"
    )

    assert fields == [["username", "text"], ["current-password", "password"]]
    app.button("Show password").click()
    expect(app.page.get_by_label("Password", exact=True)).to_have_attribute("type", "text")


def test_signing_out_leaves_nothing_behind(app):
    seed.small("web-1", "my secret")
    expect(app.row("my secret")).to_be_visible()

    app.button("Account: ada").click()
    app.button("Sign out").click()

    expect(app.page).to_have_url(LOGIN)
    app.page.go_back()
    expect(app.page).to_have_url(LOGIN)
    assert "my secret" not in app.page.content()


def test_a_session_that_ended_is_told_and_taken_up_again(app):
    seed.small("web-1", "hello there")
    app.go("/conversations/web-1")
    expect(app.turns).to_contain_text("hello there")

    app.page.evaluate(
        "localStorage.setItem('parlance.token', localStorage.getItem('parlance.token').replace(/.{9}$/, 'forged000'))"
    )
    app.page.reload()

    expect(app.page.get_by_text("Your session has ended. Please log in again.")).to_be_visible()
    app.log_in("ada", path=app.path)
    expect(app.turns).to_contain_text("hello there")


@pytest.mark.parametrize(("role", "rooms"), [("admin", 2), ("annotator", 2), ("tester", 1)])
def test_rooms_are_those_of_ones_role(visit, people, role, rooms):
    seed.small("web-1", "hello there")
    app = visit()

    app.log_in(people[role], path="/talk")

    links = app.page.get_by_role("navigation").get_by_role("link", name=re.compile("^(Talk|Conversations)"))
    expect(links).to_have_count(rooms)
