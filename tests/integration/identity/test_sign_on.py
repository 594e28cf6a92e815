"""Single sign-on against a real identity provider: who gets in as whom, and what is refused."""

from __future__ import annotations

import base64
import hashlib
import hmac
import http.client
import json
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit
from uuid import uuid4

import jwt
import pytest

from parlance.adapters import aws, oidc, throttle
from parlance.adapters import users as accounts
from parlance.domain.sign_on import safe_path
from parlance.settings import settings
from tests.contract.test_forged_tokens import part
from tests.support.api import Client, Reply
from tests.support.identity_provider import CLIENT, SECRET, IdentityProvider, Key, identity_provider

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.support.database import Database

ROLES = {"role_claim": "groups", "roles": {"botmasters": ["annotator"], "admins": ["admin"]}}


@dataclass
class Browser:
    """A browser: it keeps a cookie and follows the redirects one by one."""

    provider: IdentityProvider
    cookie: str = ""

    def leave(self, query: str = "") -> str:
        """Press the button; returns the provider's page."""
        reply = Client().get(f"/auth/oidc/login{query}")
        assert reply.status == 302, reply.text
        self.cookie = reply.headers["Set-Cookie"].split(";")[0]
        return reply.headers["Location"]

    def let_in(self, page: str) -> str:
        """Have the provider let the user in; returns the way back, below /api."""
        url = urlsplit(page)
        connection = http.client.HTTPConnection(url.hostname, url.port)
        connection.request("GET", f"{url.path}?{url.query}")
        back = urlsplit(connection.getresponse().headers["Location"])
        connection.close()
        assert back.path.startswith("/api/")
        return f"{back.path.removeprefix('/api')}?{back.query}"

    def come_back(self, path: str) -> dict[str, str]:
        """Follow the way back; returns what the log-in page is told."""
        reply = Client(headers={"Cookie": self.cookie}).get(path)
        assert reply.status == 302, reply.text
        url = urlsplit(reply.headers["Location"])
        assert url.path == "/login"
        told = {name: values[0] for name, values in parse_qs(url.fragment).items()}
        return told | ({"next": parse_qs(url.query)["next"][0]} if url.query else {})

    def exchange(self, token: str) -> Reply:
        """Do what the log-in page does with what it is told."""
        return Client(headers={"Cookie": self.cookie}).post("/auth", {"single_use_token": token})

    def log_in(self) -> Client:
        """Go the whole way."""
        told = self.come_back(self.let_in(self.leave()))
        assert "single_use_token" in told, told
        reply = self.exchange(told["single_use_token"])
        assert reply.status == 200, reply.text
        return Client(reply.json["access_token"])

    def refusal(self) -> str:
        """Go as far as it gets; returns the reason."""
        return self.come_back(self.let_in(self.leave()))["sign_on_error"]


@pytest.fixture
def provider() -> Iterator[IdentityProvider]:
    with identity_provider() as running:
        yield running


@pytest.fixture
def configure(
    installation: Database, provider: IdentityProvider, monkeypatch: pytest.MonkeyPatch
) -> Callable[..., None]:
    """Write the provider into the installation's secret."""

    def write(**more: Any) -> None:
        name = f"sso-{uuid4().hex}"
        facts = {"issuer": provider.issuer, "client_id": CLIENT, "client_secret": SECRET, "name": "Example", **more}
        aws.client("secretsmanager").create_secret(Name=name, SecretString=json.dumps(facts))
        monkeypatch.setenv("SSO_SECRET", name)
        settings.cache_clear()
        oidc._cache.clear()

    write(**ROLES)
    return write


@pytest.fixture
def browser(configure: Callable[..., None], provider: IdentityProvider) -> Browser:
    return Browser(provider)


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
    state = parse_qs(urlsplit(browser.leave()).query)["state"][0]
    assert (
        browser.come_back(f"/auth/oidc/callback?error=access_denied&state={state}")["sign_on_error"] == "AccessDenied"
    )
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


OTHER = Key("first")
NOW = int(time.time())


def by_hmac(provider: IdentityProvider, claims: dict[str, Any]) -> str:
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

    public = provider.keys[0].private.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    text = f"{part({'alg': 'HS256', 'kid': 'first'})}.{part(claims)}"
    return f"{text}.{base64.urlsafe_b64encode(hmac.digest(public, text.encode(), hashlib.sha256)).decode().rstrip('=')}"


def without(claims: dict[str, Any], name: str) -> dict[str, Any]:
    return {key: value for key, value in claims.items() if key != name}


BENT: dict[str, Callable[[IdentityProvider, dict[str, Any]], str]] = {
    "another key": lambda _, c: jwt.encode(c, OTHER.private, algorithm="RS256", headers={"kid": "first"}),
    "unknown kid": lambda p, c: p.signed(c, kid="second"),
    "no kid": lambda p, c: jwt.encode(c, p.keys[0].private, algorithm="RS256"),
    "alg none": lambda _, c: f"{part({'alg': 'none', 'kid': 'first'})}.{part(c)}.",
    "HS256 with the public key": by_hmac,
    "PS256 with a key for RS256": lambda p, c: jwt.encode(
        c, p.keys[0].private, algorithm="PS256", headers={"kid": "first"}
    ),
    "payload changed": lambda p, c: ".".join(
        [(signed := p.signed(c).split("."))[0], part(c | {"sub": "root"}), signed[2]]
    ),
    "no token": lambda *_: "nonsense",
    "from somebody else": lambda p, c: p.signed(c | {"iss": "https://elsewhere.example"}),
    "for somebody else": lambda p, c: p.signed(c | {"aud": "elsewhere"}),
    "for several, of which we are not the party": lambda p, c: p.signed(c | {"aud": [CLIENT, "other"], "azp": "other"}),
    "for several without a party": lambda p, c: p.signed(c | {"aud": [CLIENT, "other"]}),
    "another log-in's nonce": lambda p, c: p.signed(c | {"nonce": "of another log-in"}),
    "no nonce": lambda p, c: p.signed(without(c, "nonce")),
    "expired": lambda p, c: p.signed(c | {"exp": NOW - 120}),
    "no expiry": lambda p, c: p.signed(without(c, "exp")),
    "issued long ago": lambda p, c: p.signed(c | {"iat": NOW - 7200}),
    "issued in the future": lambda p, c: p.signed(c | {"iat": NOW + 7200}),
    "no subject": lambda p, c: p.signed(without(c, "sub")),
    "subject that is no text": lambda p, c: p.signed(c | {"sub": 7}),
    "claims that are no object": lambda p, _: p.signed({"a": 1}),
}


def test_bent_tokens_let_nobody_in(browser: Browser):
    reasons = {}
    for name, bend in BENT.items():
        browser.provider.sign = lambda claims, bend=bend: bend(browser.provider, claims)
        reasons[name] = browser.refusal()

    assert set(reasons.values()) == {"InvalidIdToken"}, reasons
    assert accounts.find("grace@example.test") is None
    browser.provider.sign = browser.provider.signed
    assert browser.log_in().get("/user").status == 200


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
