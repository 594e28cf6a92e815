"""A call with an Idempotency-Key acts once, however often and however parallel it is sent."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from parlance.adapters import rasa
from parlance.services import idempotency
from tests.support.api import Client
from tests.support.installation import PASSWORD

NEW = {"username": "zoe", "password": PASSWORD, "roles": ["tester"]}
KEYED = {"Idempotency-Key": "k-1"}


def deeds(admin) -> list[str]:
    return [line["action"] for line in admin.get("/audit").json]


def test_a_call_sent_again_gets_the_first_answer_and_acts_once(admin):
    first = admin.post("/users", NEW, headers=KEYED)
    again = admin.post("/users", NEW, headers=KEYED)

    assert (first.status, again.status) == (201, 201)
    assert again.json == first.json
    assert again.headers["Idempotency-Replayed"] == "true"
    assert "Idempotency-Replayed" not in first.headers
    assert deeds(admin) == ["users:create"]
    assert admin.post("/users", NEW).status == 409


def test_parallel_calls_act_once(admin):
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda _: admin.post("/users", NEW, headers=KEYED), range(8)))

    assert {answer.status for answer in answers} == {201}
    assert deeds(admin) == ["users:create"]


@pytest.mark.parametrize(
    ("path", "body"),
    [("/users", NEW | {"username": "other"}), ("/users?x=1", NEW), ("/roles", {"role": "r", "grants": {}})],
)
def test_another_call_under_the_same_key_is_refused(admin, path, body):
    admin.post("/users", NEW, headers=KEYED)

    answer = admin.post(path, body, headers=KEYED)

    assert (answer.status, answer.json["reason"]) == (422, "IdempotencyKeyReused")
    assert deeds(admin) == ["users:create"]


def test_keys_belong_to_their_callers(admin, login):
    other = login("eve", "admin")
    admin.post("/users", NEW, headers=KEYED)

    assert other.post("/users", NEW | {"username": "yan"}, headers=KEYED).status == 201


def test_a_refused_call_leaves_its_key_free(admin):
    assert admin.post("/users", NEW | {"password": "short"}, headers=KEYED).status == 400
    assert admin.post("/users", NEW, headers=KEYED).status == 201


def test_an_answer_with_a_token_is_not_kept(admin, installation):
    token = admin.post("/user/tokens", {"name": "ci"}, headers=KEYED).json["token"]

    again = admin.post("/user/tokens", {"name": "ci"}, headers=KEYED)

    assert (again.status, again.json["reason"]) == (409, "AnswerNotKept")
    assert admin.get("/user/tokens").total == 1
    assert token not in str(installation.rows("SELECT c::text FROM idempotent_calls c"))


def test_an_answer_is_kept_for_a_day(admin, installation):
    admin.post("/users", NEW, headers=KEYED)
    installation.rows("UPDATE idempotent_calls SET begun_at = begun_at - 86401")

    assert admin.post("/users", NEW, headers=KEYED).json["reason"] == "UserExists"
    admin.put("/users/ada", {"data": 1}, headers={"Idempotency-Key": "k-2"})
    assert [row["key"] for row in installation.rows("SELECT key FROM idempotent_calls")] == ["k-2"]


def test_a_call_at_work_is_waited_for_and_a_dead_one_taken_over(admin, installation, monkeypatch):
    monkeypatch.setattr(idempotency, "PATIENCE", 0.2)
    admin.post("/users", NEW, headers=KEYED)
    installation.rows("UPDATE idempotent_calls SET status = NULL, body = NULL")
    installation.rows("DELETE FROM users WHERE username = 'zoe'")

    assert admin.post("/users", NEW, headers=KEYED).json["reason"] == "StillRunning"
    installation.rows("UPDATE idempotent_calls SET begun_at = begun_at - 61")
    assert admin.post("/users", NEW, headers=KEYED).status == 201


def test_a_call_that_broke_half_way_is_not_repeated(admin, monkeypatch):
    said = []

    def say(body, *_):
        said.append(body)
        raise RuntimeError

    monkeypatch.setattr(rasa, "say", say)

    first = admin.post("/chat", {"message": "hi"}, headers=KEYED)
    again = admin.post("/chat", {"message": "hi"}, headers=KEYED)

    assert first.status == 500
    assert (again.status, again.json["reason"]) == (409, "OutcomeUnknown")
    assert len(said) == 1


@pytest.mark.parametrize("key", ["", "x" * 256, "a\tb", "käse"])
def test_a_key_is_short_and_printable(admin, key):
    assert admin.post("/users", NEW, headers={"Idempotency-Key": key}).status == 400


def test_reading_ignores_a_key_and_nobody_gets_in_by_one(admin, installation):
    admin.get("/users", headers=KEYED)
    admin.post("/users", NEW, headers=KEYED)

    assert Client().post("/users", NEW, headers=KEYED).status == 401
    assert len(installation.rows("SELECT key FROM idempotent_calls")) == 1
