"""Tokens for programs: shown once, stored as hashes, used, listed, revoked."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from parlance.services import api_tokens
from tests.support.api import Client


def opens(token: str) -> int:
    return Client().get(f"/telemetry?api_token={token}").status


def test_a_token_is_shown_once_and_stored_as_a_hash(admin, installation):
    made = admin.post("/user/tokens", {"name": "ci"})

    assert made.status == 201
    assert opens(made.json["token"]) == 200
    assert made.json["token"] not in admin.get("/user/tokens").text
    assert made.json["token"] not in str(installation.rows("SELECT t::text FROM api_tokens t"))
    assert made.json["token"] not in str(installation.rows("SELECT t::text FROM audit_log t"))


def test_the_list_says_when_a_token_was_used_last(admin):
    used = admin.post("/user/tokens", {"name": "used"}).json["token"]
    admin.post("/user/tokens", {"name": "new"})
    opens(used)

    listed = admin.get("/user/tokens")

    assert listed.total == 2
    assert [(token["name"], token["last_used_at"] is not None) for token in listed.json] == [
        ("used", True),
        ("new", False),
    ]


def test_a_revoked_token_is_refused_at_once_and_the_others_stay(admin):
    first, second = (admin.post("/user/tokens", {"name": name}).json for name in ("a", "b"))

    assert admin.delete(f"/user/tokens/{first['id']}").status == 204

    assert (opens(first["token"]), opens(second["token"])) == (401, 200)
    assert admin.delete(f"/user/tokens/{first['id']}").status == 404
    assert [token["name"] for token in admin.get("/user/tokens").json] == ["b"]


def test_an_expired_token_is_refused_and_listed_as_such(admin, installation):
    made = admin.post("/user/tokens", {"name": "short", "expires_in_days": 1}).json
    assert opens(made["token"]) == 200

    installation.rows("UPDATE api_tokens SET expires_at = extract(epoch FROM now()) - 1")

    assert opens(made["token"]) == 401
    assert admin.get("/user/tokens").json[0]["expired"] is True


def test_nobody_revokes_or_sees_anothers_token(admin, annotator):
    made = admin.post("/user/tokens", {"name": "adas"}).json

    assert annotator.get("/user/tokens").json == []
    assert annotator.delete(f"/user/tokens/{made['id']}").status == 404
    assert opens(made["token"]) == 200


def test_a_token_cannot_make_another_token(admin):
    token = admin.post("/user/tokens", {"name": "ci"}).json["token"]

    assert Client().post(f"/user/tokens?api_token={token}", {"name": "more"}).status == 401


@pytest.mark.parametrize("body", [{}, {"name": ""}, {"name": "x", "expires_in_days": 0}, {"name": 7}])
def test_a_wrong_body_is_named(admin, body):
    answer = admin.post("/user/tokens", body)

    assert answer.status == 400
    assert "name" in answer.json["message"] or "expires_in_days" in answer.json["message"]


def test_parallel_calls_do_not_pass_the_limit(admin, monkeypatch):
    monkeypatch.setattr(api_tokens, "MOST", 3)

    with ThreadPoolExecutor(4) as pool:
        made = list(pool.map(lambda number: admin.post("/user/tokens", {"name": str(number)}).status, range(6)))

    assert sorted(made) == [201] * 3 + [409] * 3
    assert admin.get("/user/tokens").total == 3
