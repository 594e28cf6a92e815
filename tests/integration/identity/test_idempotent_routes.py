"""Every call that changes something acts once for a key, sent four times at once: made from the routes."""

from __future__ import annotations

import re
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from infra.api_docs import endpoints
from parlance.services import idempotency
from tests.support.installation import logged_in

ENDING = ("/sessions", "/auth/keys", "/user/password", "/roles", "/users")
"""These end the session that the others need, or take the caller's role away."""
CHANGES = [spec for spec in endpoints() if spec.is_change and "jwt" in spec.accepts and not spec.path.endswith(ENDING)]


def body(number: int) -> dict[str, object]:
    """Fields that many of the calls take; the others refuse it."""
    names = ("name", "role", "text", "intent", "pattern", "response_name", "synonym_reference", "bot_name", "message")
    values = {"mapped_values": [{"value": f"value-{number}"}], "grants": {}, "query": {}, "enabled": True, "data": 1}
    return {**{name: f"{name}-{number}" for name in names}, **values, "description": "", "files": {}}


def test_whatever_a_change_does_it_does_once_for_a_key(shared_installation, monkeypatch, subtests):
    admin, ran, lock, acted = logged_in("ada", "admin"), [], threading.Lock(), 0
    act = idempotency.once

    def counted(call, given, *, secret):
        def once():
            with lock:
                ran.append(call.key)
            return given()

        return act(call, once, secret=secret)

    monkeypatch.setattr(idempotency, "once", counted)
    for number, spec in enumerate(CHANGES):
        key, path = f"key-{number}", re.sub(r"{\w+}", "nothing", spec.path).removeprefix("/api")
        send = lambda _, spec=spec, path=path, key=key, number=number: admin.send(  # noqa: E731
            spec.method, path, json=body(number), headers={"Idempotency-Key": key}
        )
        with ThreadPoolExecutor(4) as pool:
            answers = list(pool.map(send, range(4)))
        with subtests.test(f"{spec.method} {spec.path}"):
            succeeded = [answer for answer in answers if answer.status < 400]
            acted += bool(succeeded)
            assert len(succeeded) in ({0, 1} if spec.secret else {0, 4}), [answer.text for answer in answers]
            assert len({answer.text for answer in succeeded}) <= 1
            assert not succeeded or ran.count(key) == 1
    assert acted >= 15


@pytest.mark.parametrize("path", ["/roles", "/conversationFilters", "/projects/default/userGoals"])
def test_eight_at_once_make_one(shared_installation, path):
    admin = logged_in("ada", "admin")
    body = {"role": "editor", "grants": {}, "name": "one", "query": {}}

    def send(_):
        return admin.post(path, body, headers={"Idempotency-Key": f"make {path}"})

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(send, range(8)))

    assert {answer.status for answer in answers} == {201}
    assert sum("Idempotency-Replayed" in answer.headers for answer in answers) == 7
