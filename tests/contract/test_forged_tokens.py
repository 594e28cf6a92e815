"""Tokens that were forged, bent, borrowed or kept too long: all of them are 401."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import time

import jwt
import pytest

from parlance.adapters import keys
from tests.support.api import Client

ISSUER = "http://parlance.test"


def part(value: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()


def claims(**other: object) -> dict[str, object]:
    now = int(time.time())
    user = {"username": "ada", "roles": ["admin"]}
    return {
        "username": "ada",
        "user": user,
        "scopes": ["users:list"],
        "iat": now,
        "exp": now + 600,
        "iss": ISSUER,
    } | other


def without(*names: str) -> dict[str, object]:
    return {name: value for name, value in claims().items() if name not in names}


def signed(payload: dict[str, object], key: keys.Key, **header: object) -> str:
    return jwt.encode(payload, key.private, algorithm="RS256", headers={"kid": key.kid} | header)


def by_hand(header: dict[str, object], payload: dict[str, object], secret: bytes) -> str:
    text = f"{part(header)}.{part(payload)}"
    signature = hmac.new(secret, text.encode(), hashlib.sha256).digest()
    return f"{text}.{base64.urlsafe_b64encode(signature).rstrip(b'=').decode()}"


FORGERIES = {
    "empty": lambda _: "",
    "no token": lambda _: "nonsense",
    "two parts": lambda _: "a.b",
    "four parts": lambda key: signed(claims(), key) + ".x",
    "alg none": lambda key: f"{part({'alg': 'none', 'typ': 'JWT', 'kid': key.kid})}.{part(claims())}.",
    "alg None in capitals": lambda key: f"{part({'alg': 'NONE', 'kid': key.kid})}.{part(claims())}.",
    "HS256 with the public key": lambda key: by_hand({"alg": "HS256", "kid": key.kid}, claims(), key.public.encode()),
    "HS256 with an empty secret": lambda key: by_hand({"alg": "HS256", "kid": key.kid}, claims(), b""),
    "another key": lambda key: jwt.encode(claims(), keys.create().private, algorithm="RS256", headers={"kid": key.kid}),
    "unknown kid": lambda key: signed(claims(), key, kid="other"),
    "no kid": lambda key: jwt.encode(claims(), key.private, algorithm="RS256"),
    "kid that is a path": lambda key: signed(claims(), key, kid="../../dev/null"),
    "expired": lambda key: signed(claims(exp=int(time.time()) - 1), key),
    "no expiry": lambda key: signed(without("exp"), key),
    "no issue time": lambda key: signed(without("iat"), key),
    "issued in the future": lambda key: signed(claims(iat=int(time.time()) + 3600), key),
    "not valid yet": lambda key: signed(claims(nbf=int(time.time()) + 3600), key),
    "no username": lambda key: signed(without("username"), key),
    "no user": lambda key: signed(without("user"), key),
    "user that is no object": lambda key: signed(claims(user="ada"), key),
    "roles that are no list": lambda key: signed(claims(user={"roles": "admin"}), key),
    "username that is no text": lambda key: signed(claims(username=["ada"]), key),
    "username with NUL": lambda key: signed(claims(username="a\x00da"), key),
    "unknown user": lambda key: signed(claims(username="nobody"), key),
    "for somebody else": lambda key: signed(claims(aud="elsewhere"), key),
    "from somebody else": lambda key: signed(claims(iss="https://elsewhere.example"), key),
    "payload changed": lambda key: _swap(signed(claims(), key)),
    "signature cut": lambda key: signed(claims(), key)[:-8],
    "PS256": lambda key: jwt.encode(claims(), key.private, algorithm="PS256", headers={"kid": key.kid}),
}


def _swap(token: str) -> str:
    header, _, signature = token.split(".")
    return f"{header}.{part(claims(username='root'))}.{signature}"


@pytest.mark.parametrize("name", FORGERIES)
def test_forged_or_stale_token_is_401(admin, signing_key, name):
    reply = Client(headers={"Authorization": f"Bearer {FORGERIES[name](signing_key)}"}).get("/user")

    assert reply.status == 401, reply.text
    assert reply.json["status"] == "failure"


def test_a_token_signed_with_our_key_is_good(admin, signing_key):
    assert Client(signed(claims(), signing_key)).get("/user").status == 200


@pytest.mark.parametrize("header", ["Basic YWRhOng=", "bearer", "Bearer", "Token x"])
def test_other_kinds_of_proof_are_401(admin, header):
    assert Client(headers={"Authorization": header}).get("/user").status == 401


def test_a_forged_token_is_not_rescued_by_another_proof(installation):
    assert Client("a.b.c").get("/config?token=service-token-of-the-tests").status == 401


def test_the_service_token_opens_its_calls_only(installation):
    assert Client().get("/config?token=service-token-of-the-tests").status == 200
    assert Client().get("/config?token=service-token").status == 401
    assert Client().get("/config?token=").status == 401
    assert Client().get("/conversations?token=service-token-of-the-tests").status == 401
    assert Client().get("/user?token=service-token-of-the-tests").status == 401
