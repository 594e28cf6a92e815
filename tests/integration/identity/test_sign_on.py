"""Single sign-on against a real identity provider: who gets in as whom, and what is refused."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit

import pytest

from parlance.adapters import oidc, throttle
from parlance.adapters import users as accounts
from parlance.domain.sign_on import safe_path
from tests.integration.identity.browser import Browser
from tests.integration.identity.conftest import ROLES
from tests.support.api import Client
from tests.support.identity_provider import Key

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.support.database import Database


def test_without_a_provider_there_is_none(installation: Database):
    assert Client().get("/auth/providers").json == {"password": True, "single_sign_on": []}
    assert Client().get("/auth/oidc/login").json["reason"] == "SingleSignOnIsOff"
    assert Client().post("/auth", {"single_use_token": "x"}).status == 401


def test_the_first_log_in_makes_the_account_with_the_roles_that_the_provider_gives(browser: Browser, admin: Client):
    assert Client().get("/auth/providers").json["single_sign_on"] == [
        {"name": "Example", "url": "/api/auth/oidc/login"}
    ]

    grace = browser.log_in()

    profile = grace.get("/user").json
    assert (profile["username"], profile["roles"]) == ("grace@example.test", ["annotator"])
    assert profile["authentication_mechanism"] == "single_sign_on"
    assert browser.log_in().get("/user").json["username"] == "grace@example.test"
    actions = [(line["actor"], line["action"], line["via"]) for line in admin.get("/audit").json]
    assert actions.count(("grace@example.test", "session:create", "sso")) == 2
    assert actions.count(("grace@example.test", "users:create", "sso")) == 1
    assert Client().post("/auth", {"username": "grace@example.test", "password": ""}).status == 401


def test_roles_follow_the_provider_at_each_log_in(browser: Browser, admin: Client):
    browser.log_in()
    browser.provider.user["groups"] = ["admins"]
    assert browser.log_in().get("/user").json["roles"] == ["admin"]
    browser.provider.user["groups"] = ["strangers"]
    assert browser.refusal() == "NoRole"


def test_somebody_without_a_role_gets_the_default_or_nothing(browser: Browser, configure: Callable[..., None]):
    browser.provider.user["groups"] = "botmasters"  # one value need be no list
    assert browser.log_in().get("/user").json["roles"] == ["annotator"]
    browser.provider.user |= {"sub": "u-2", "email": "linus@example.test", "groups": []}
    assert browser.refusal() == "NoRole"
    assert accounts.find("linus@example.test") is None

    configure(default_roles=["tester"])
    assert browser.log_in().get("/user").json["roles"] == ["tester"]
    configure(default_roles=["guest", "no such role"])
    browser.provider.user |= {"sub": "u-3", "email": "ken@example.test"}
    assert browser.refusal() == "NoRole"


def test_claims_that_the_token_lacks_are_asked_for(browser: Browser):
    browser.provider.in_token = {"sub"}

    assert browser.log_in().get("/user").json["roles"] == ["annotator"]


def test_an_account_that_is_here_goes_to_its_owner_by_verified_address_only(
    browser: Browser, login: Callable[..., Client]
):
    login("grace@example.test", "tester")
    browser.provider.user["email_verified"] = False
    assert browser.refusal() == "EmailNotVerified"
    browser.provider.user["email_verified"] = "true"
    assert browser.refusal() == "EmailNotVerified"

    browser.provider.user["email_verified"] = True
    assert browser.log_in().get("/user").json["roles"] == ["annotator"]
    browser.provider.user["sub"] = "somebody else"
    assert browser.refusal() == "NameTaken"


def test_an_account_that_was_made_for_a_name_at_the_provider_waits_for_its_owner(
    browser: Browser, admin: Client, configure: Callable[..., None]
):
    configure(default_roles=["guest"])
    invited = admin.post("/users", {"saml_id": "grace@example.test", "roles": ["tester"]})

    assert (invited.status, invited.json["username"]) == (201, "grace@example.test")
    assert (invited.json["saml_id"], invited.json["authentication_mechanism"]) == (
        "grace@example.test",
        "single_sign_on",
    )
    assert Client().post("/auth", {"username": "grace@example.test", "password": "password"}).status == 401
    assert browser.log_in().get("/user").json["roles"] == ["tester"]
    assert admin.post("/users", {"saml_id": "grace@example.test", "roles": ["tester"]}).status == 409
    for half in ({"username": "x"}, {"password": "long enough"}, {}):
        assert admin.post("/users", half).json["reason"] == "WrongSchema"


def test_who_may_choose_a_name_takes_no_invitation_by_it(
    browser: Browser, admin: Client, configure: Callable[..., None]
):
    configure(username_claim="preferred_username", default_roles=["guest"])
    admin.post("/users", {"saml_id": "jdoe", "roles": ["admin"]})
    browser.provider.user = {"sub": "u-7", "preferred_username": "jdoe"}

    assert browser.refusal() == "NameTaken"

    configure(username_claim="preferred_username", default_roles=["guest"], link_by_name=True)
    assert browser.log_in().get("/user").json["roles"] == ["admin"]
    assert browser.log_in().get("/user").json["username"] == "jdoe"
    browser.provider.user["sub"] = "another jdoe"
    assert browser.refusal() == "NameTaken"


def test_an_invitation_by_the_providers_own_id_is_for_nobody_else(
    browser: Browser, admin: Client, configure: Callable[..., None]
):
    configure(username_claim="sub", default_roles=["guest"])
    admin.post("/users", {"saml_id": "u-7", "roles": ["tester"]})
    browser.provider.user = {"sub": "u-7"}

    assert browser.log_in().get("/user").json["roles"] == ["tester"]


def test_an_invitation_by_address_waits_for_nobody_where_another_claim_names_people(
    browser: Browser, admin: Client, configure: Callable[..., None]
):
    configure(username_claim="preferred_username", default_roles=["tester"])
    admin.post("/users", {"saml_id": "grace@example.test", "roles": ["admin"]})
    said = {"email": "grace@example.test", "email_verified": True}
    browser.provider.user = {"sub": "u-8", "preferred_username": "grace", **said}

    assert browser.log_in().get("/user").json["username"] == "grace"


def test_names_that_users_choose_take_nobodys_account(browser: Browser, admin: Client, configure: Callable[..., None]):
    configure(username_claim="preferred_username", **ROLES)
    browser.provider.user["preferred_username"] = "ada"
    assert browser.refusal() == "NameTaken"

    configure(username_claim="preferred_username", link_by_name=True, default_roles=["tester"])
    assert browser.log_in().get("/user").json["roles"] == ["admin"]
    browser.provider.user = {"sub": "u-9"}
    assert browser.refusal() == "NoUsername"


def test_the_first_administrator_is_not_locked_out(browser: Browser, admin: Client, configure: Callable[..., None]):
    configure(username_claim="preferred_username", link_by_name=True, **ROLES)
    browser.provider.user["preferred_username"] = "ada"

    assert browser.refusal() == "FirstAdministrator"
    assert admin.get("/user").json["roles"] == ["admin"]


def test_the_way_back_is_good_once_in_the_same_browser(browser: Browser):
    back = browser.let_in(browser.leave("?next=/conversations/web-1"))
    thief = Browser(browser.provider, cookie="parlance_sign_on=another")

    assert thief.come_back(back)["sign_on_error"] == "SignOnExpired"
    assert browser.come_back(back)["sign_on_error"] == "SignOnExpired"  # the thief used it up

    told = browser.come_back(browser.let_in(browser.leave("?next=/conversations/web-1")))
    assert told["next"] == "/conversations/web-1"
    assert thief.exchange(told["single_use_token"]).status == 401
    assert browser.exchange(told["single_use_token"]).json["reason"] == "SignOnExpired"


def test_a_token_for_the_log_in_page_is_good_once_and_for_a_minute(browser: Browser, monkeypatch: pytest.MonkeyPatch):
    told = browser.come_back(browser.let_in(browser.leave()))
    assert browser.exchange(told["single_use_token"]).status == 200
    assert browser.exchange(told["single_use_token"]).status == 401

    told = browser.come_back(browser.let_in(browser.leave()))
    now = time.time()
    monkeypatch.setattr("parlance.adapters.sign_on_steps.time.time", lambda: now + 62)
    assert browser.exchange(told["single_use_token"]).status == 401


def test_a_refusal_of_the_provider_and_a_bent_way_back_are_said(browser: Browser):
    state = parse_qs(urlsplit(browser.leave("?next=/talk")).query)["state"][0]
    told = browser.come_back(f"/auth/oidc/callback?error=access_denied&state={state}")
    assert told == {"sign_on_error": "AccessDenied", "next": "/talk"}  # for the next try
    for way in ("", "?code=x", "?state=x&code=y", "?state=%00"):
        assert Client().get(f"/auth/oidc/callback{way}").status in {302, 400}
    state = parse_qs(urlsplit(browser.leave()).query)["state"][0]
    assert browser.come_back(f"/auth/oidc/callback?code=bad&state={state}")["sign_on_error"] == "CodeRefused"
    back = browser.let_in(browser.leave()).replace("iss=http", "iss=https")
    assert browser.come_back(back)["sign_on_error"] == "InvalidIdToken"


def test_a_code_with_another_log_ins_verifier_is_refused(browser: Browser):
    code = parse_qs(urlsplit(browser.let_in(browser.leave())).query)["code"][0]
    state = parse_qs(urlsplit(browser.leave()).query)["state"][0]

    assert browser.come_back(f"/auth/oidc/callback?code={code}&state={state}")["sign_on_error"] == "CodeRefused"


def test_keys_are_kept_and_a_new_one_is_found(browser: Browser, monkeypatch: pytest.MonkeyPatch):
    browser.log_in()
    browser.log_in()
    assert browser.provider.asked_for_keys == 1

    monkeypatch.setattr(oidc, "SOONEST", -1.0)
    browser.provider.keys.append(Key("second"))
    browser.log_in()
    assert browser.provider.asked_for_keys == 2


def test_a_provider_that_is_away_or_another_is_said(browser: Browser, configure: Callable[..., None]):
    configure(issuer=browser.provider.issuer + "/")
    assert Client().get("/auth/oidc/login").json["reason"] == "ProviderFailed"
    configure(issuer="http://127.0.0.1:9")
    assert Client().get("/auth/oidc/login").status == 503
    configure(issuer="http://login.example.test")
    assert Client().get("/auth/oidc/login").json["reason"] == "ProviderFailed"


def test_tries_from_one_address_are_counted(browser: Browser, monkeypatch: pytest.MonkeyPatch):
    end = throttle._window_end() + throttle.WINDOW  # a window may end while a test runs
    monkeypatch.setattr(throttle, "_window_end", lambda: end)
    statuses = [Client(address="198.51.100.9").get("/auth/oidc/login").status for _ in range(52)]

    assert statuses == [302] * 50 + [429] * 2


@pytest.mark.parametrize("path", ["https://evil.test", "//evil.test", "/\\evil.test", "javascript:x", "", "/a\nb", "x"])
def test_nobody_is_sent_to_another_site(path: str):
    assert safe_path(path) == "/"
