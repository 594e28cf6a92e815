"""Rotation of the signing key: an overlap by default, a clean cut after a leak."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from parlance.adapters import keys
from parlance.services import login, signing_keys
from parlance.settings import settings
from tests.support.api import Client


def stored() -> list[str]:
    return [key.kid for key in keys.load(settings().signing_key_secret).keys]


def test_old_tokens_hold_and_new_ones_use_the_new_key(admin):
    old = stored()

    answer = admin.post("/auth/keys", {})

    assert answer.status == 201
    assert [key["kid"] for key in answer.json["keys"]] == stored()
    assert stored()[1:] == old
    assert admin.get("/user").status == 200
    assert Client(login.token_for("ada", ("admin",))).get("/user").status == 200
    assert Client().get("/version").json["keys"][0]["kid"] == stored()[0]


def test_after_a_leak_every_session_ends(admin):
    old = stored()

    assert admin.post("/auth/keys", {"end_sessions": True}).status == 201

    assert not set(stored()) & set(old)
    assert admin.get("/user").json["reason"] == "InvalidToken"
    assert Client(login.token_for("ada", ("admin",))).get("/user").status == 200


def test_a_key_goes_when_its_last_token_has_expired():
    ring = tuple(keys.Key(kid=str(age), private="", public="", created=-age * 3600) for age in (1, 24, 26, 60))

    assert [key.kid for key in signing_keys.still_needed(ring, now=0)] == ["1", "24", "26"]


def test_parallel_rotations_lose_no_key(admin):
    with ThreadPoolExecutor(3) as pool:
        made = [reply.json["keys"][0]["kid"] for reply in pool.map(lambda _: admin.post("/auth/keys"), range(3))]

    assert set(made) < set(stored())
    assert len(stored()) == 4


def test_too_many_rotations_in_a_day_are_refused(admin, monkeypatch):
    monkeypatch.setattr(signing_keys, "MOST", 2)

    assert [admin.post("/auth/keys").status for _ in range(2)] == [201, 409]
    assert admin.post("/auth/keys", {"end_sessions": True}).status == 201


def test_only_administrators_rotate_and_the_log_says_so(admin, annotator):
    assert annotator.post("/auth/keys").status == 403
    admin.post("/auth/keys")

    log = admin.get("/audit")

    assert [(line["action"], line["object"]) for line in log.json] == [("signingKeys:update", stored()[0])]
    assert "PRIVATE" not in log.text


@pytest.mark.parametrize("body", [{"end_sessions": "yes"}, [], 7])
def test_a_wrong_body_is_refused(admin, body):
    assert admin.post("/auth/keys", body).status == 400
