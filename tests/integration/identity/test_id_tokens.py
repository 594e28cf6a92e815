"""Identity tokens that are forged, stale or meant for somebody else let nobody in."""

from __future__ import annotations

import base64
import hashlib
import hmac
import time
from typing import TYPE_CHECKING, Any

import jwt

from parlance.adapters import users as accounts
from tests.contract.test_forged_tokens import part
from tests.support.identity_provider import CLIENT, IdentityProvider, Key

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.integration.identity.browser import Browser

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
