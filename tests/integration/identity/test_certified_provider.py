"""Single sign-on against a certified OpenID Connect provider: the whole way, its keys, and what it or we refuse.

What such a provider never sends (forged and bent tokens) comes from one of our own: see test_id_tokens.
"""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit
from uuid import uuid4

import jwt
import pytest

from parlance.adapters import aws, oidc
from parlance.domain.sign_on import SignOnFailed
from parlance.settings import settings
from tests.integration.identity.browser import Browser
from tests.integration.identity.conftest import ROLES
from tests.support.api import Client
from tests.support.certified_provider import GRACE, OTHER, RETURN, SECRET, CertifiedProvider, Person, certified_provider
from tests.support.identity_provider import CLIENT

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.support.database import Database


@pytest.fixture(scope="module")
def running() -> Iterator[CertifiedProvider]:
    with certified_provider() as provider:
        yield provider


@pytest.fixture
def configured(
    installation: Database, running: CertifiedProvider, monkeypatch: pytest.MonkeyPatch
) -> Callable[..., None]:
    """Write the provider into the installation's secret; as another of its clients with `client_id`."""

    def write(client_id: str = CLIENT) -> None:
        name = f"sso-{uuid4().hex}"
        facts = {"issuer": running.issuer, "client_id": client_id, "client_secret": SECRET, **ROLES}
        facts["scopes"] = "openid email groups"
        aws.client("secretsmanager").create_secret(Name=name, SecretString=json.dumps(facts))
        monkeypatch.setenv("SSO_SECRET", name)
        settings.cache_clear()
        oidc._cache.clear()

    write()
    return write


class Visitor(Browser):
    """A browser whose user fills in the provider's forms."""

    def __init__(self, name: str = "grace") -> None:
        """Open it."""
        super().__init__(provider=None)  # type: ignore[arg-type]
        self.person = Person(name)

    def let_in(self, page: str) -> str:
        """Log in at the provider; returns the way back, below /api."""
        back = urlsplit(self.person.let_in(page))
        return f"{back.path.removeprefix('/api')}?{back.query}"


@pytest.fixture
def visitor(configured: Callable[..., None]) -> Visitor:
    return Visitor()


@pytest.fixture
def seen(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """What the provider gave for a code, each time."""
    kept: list[dict[str, Any]] = []
    redeemed = oidc.redeemed

    def keep(*given: Any) -> dict[str, Any]:
        kept.append(redeemed(*given))
        return kept[-1]

    monkeypatch.setattr(oidc, "redeemed", keep)
    return kept


def code_and_state(way: str) -> tuple[str, str]:
    asked = parse_qs(urlsplit(way).query)
    return asked["code"][0], asked["state"][0]


def test_the_whole_way_with_forms_keys_nonce_and_user_info(visitor: Visitor, seen: list[dict[str, Any]]):
    page = visitor.leave("?next=/inbox")
    asked = {name: values[0] for name, values in parse_qs(urlsplit(page).query).items()}
    told = visitor.come_back(visitor.let_in(page))
    grace = Client(visitor.exchange(told["single_use_token"]).json["access_token"])

    assert visitor.person.forms == ["login", "consent"]
    assert (asked["response_type"], asked["code_challenge_method"], asked["redirect_uri"]) == ("code", "S256", RETURN)
    assert told["next"] == "/inbox"
    profile = grace.get("/user").json
    assert (profile["username"], profile["roles"]) == (GRACE["email"], ["annotator"])
    (tokens,) = seen
    assert jwt.get_unverified_header(tokens["id_token"])["alg"] == "RS256"
    claims = jwt.decode(tokens["id_token"], options={"verify_signature": False})
    assert (claims["aud"], claims["nonce"]) == (CLIENT, asked["nonce"])
    assert "email" not in claims, "the address came from the user info endpoint"


def test_who_is_known_to_the_provider_is_asked_nothing_again(visitor: Visitor):
    visitor.log_in()
    visitor.person.forms.clear()

    assert visitor.log_in().get("/user").json["username"] == GRACE["email"]
    assert visitor.person.forms == []


def test_the_provider_demands_the_challenge_that_we_send(visitor: Visitor):
    page = visitor.leave()
    bare = page.replace(f"&code_challenge={parse_qs(urlsplit(page).query)['code_challenge'][0]}", "")

    assert "error=invalid_request" in visitor.person.let_in(bare)


def test_after_the_provider_changed_its_keys_people_still_get_in(
    visitor: Visitor, running: CertifiedProvider, seen: list[dict[str, Any]], monkeypatch: pytest.MonkeyPatch
):
    visitor.log_in()
    monkeypatch.setattr(oidc, "SOONEST", -1.0)
    running.tell(rotate=True)
    visitor.log_in()

    before, after = (jwt.get_unverified_header(tokens["id_token"])["kid"] for tokens in seen)
    assert before != after
    with pytest.raises(SignOnFailed):  # the old key is gone, and with it every token that it signed
        oidc.verified(oidc.provider(), seen[0]["id_token"], nonce_of(seen[0]))


def nonce_of(tokens: dict[str, Any]) -> str:
    return str(jwt.decode(tokens["id_token"], options={"verify_signature": False})["nonce"])


def test_a_token_for_another_client_is_refused(
    visitor: Visitor, configured: Callable[..., None], seen: list[dict[str, Any]]
):
    configured(client_id=OTHER)
    visitor.log_in()
    foreign, nonce = seen[0]["id_token"], nonce_of(seen[0])
    assert oidc.verified(oidc.provider(), foreign, nonce)["aud"] == OTHER

    configured()
    with pytest.raises(SignOnFailed):
        oidc.verified(oidc.provider(), foreign, nonce)


def test_a_code_for_another_client_is_refused(visitor: Visitor, configured: Callable[..., None]):
    configured(client_id=OTHER)
    code, _ = code_and_state(visitor.let_in(visitor.leave()))

    configured()
    state = parse_qs(urlsplit(visitor.leave()).query)["state"][0]
    back = f"/auth/oidc/callback?code={code}&state={state}"
    assert visitor.come_back(back)["sign_on_error"] == "CodeRefused"


def test_an_expired_code_is_refused(visitor: Visitor, running: CertifiedProvider):
    running.tell(codeSeconds=1)
    back = visitor.let_in(visitor.leave())
    running.tell(codeSeconds=60)
    time.sleep(2.5)  # it can only be older

    assert visitor.come_back(back)["sign_on_error"] == "CodeRefused"


def test_a_replayed_way_back_and_a_replayed_code_are_refused(visitor: Visitor):
    back = visitor.let_in(visitor.leave())
    assert "single_use_token" in visitor.come_back(back)
    assert visitor.come_back(back)["sign_on_error"] == "SignOnExpired"

    used, _ = code_and_state(back)
    _, state = code_and_state(visitor.let_in(visitor.leave()))
    again = f"/auth/oidc/callback?code={used}&state={state}"
    assert visitor.come_back(again)["sign_on_error"] == "CodeRefused"


def test_a_state_of_ours_in_another_browser_is_refused(visitor: Visitor):
    back = visitor.let_in(visitor.leave())
    thief = Visitor()
    thief.leave()

    assert thief.come_back(back)["sign_on_error"] == "SignOnExpired"


def test_somebody_who_gives_up_at_the_provider_is_told(visitor: Visitor, monkeypatch: pytest.MonkeyPatch):
    def give_up(_person: Person, text: str) -> tuple[str, None]:
        return text.partition('href="')[2].partition('"')[0], None

    monkeypatch.setattr(Person, "_filled", give_up)

    assert visitor.refusal() == "AccessDenied"
