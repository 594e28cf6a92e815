"""What users and editors write reaches no log and no SQL text: marked texts go through every route that takes any."""

from __future__ import annotations

import json
import re
from typing import Any

import msgspec
import pytest

from infra.api_docs import endpoints
from parlance.adapters.pool import Session
from tests.support import events as rasa
from tests.support.events import NOON
from tests.support.installation import logged_in

MARK = "unmistakeable-words"
PATHS = {"sender_id": "web-1", "username": "ada", "role": "tester", "timestamp": repr(NOON + 1), "project": "default"}
CHANGES = [spec for spec in endpoints() if spec.method != "GET" and not spec.path.endswith(("/sessions", "/auth/keys"))]
FIELDS = (
    "text", "intent", "name", "message", "pattern", "value", "synonym_reference", "filename", "content", "description",
    "bot_name", "username", "password", "old_password", "new_password", "new_password_confirm", "chat_token", "role",
    "repository_url", "ssh_key", "environments", "response_name", "review_status", "single_use_token", "model", "etag",
)  # fmt: skip
YAMLS = ("stories:\n- story: {0}\n  steps:\n  - intent: {0}\n", "nlu: [{0}", "intents: [{0}]\n", "{0}")


@pytest.fixture(scope="module")
def admin(shared_installation):
    said = rasa.user(MARK, "greet", NOON + 1)
    rasa.store(rasa.turn("web-1", 1, [*rasa.session(NOON), said]))
    return logged_in("ada", "admin")


def bodies(spec: Any) -> list[str]:
    if spec.body is bytes:
        return [text.format(MARK) for text in YAMLS]
    marked = dict.fromkeys(FIELDS, MARK)
    lists = {
        "mapped_values": [{"value": MARK}],
        "entities": [],
        "texts": [MARK],
        "roles": [MARK],
        "models": [MARK, "x"],
    }
    whole = {**marked, **lists, "query": {"text": MARK}, "files": {MARK: MARK}, "data": MARK, "grants": {MARK: {}}}
    event = {**whole, "event": "user", "parse_data": {"intent": {"name": MARK}, "text": MARK}}
    return [json.dumps(each) for each in (whole, event, [whole], [event], MARK, [MARK])]


@pytest.fixture
def statements(monkeypatch):
    seen = set()

    def note(session, sql, **values):
        seen.add(sql)
        return run(session, sql, **values)

    run = Session.run
    monkeypatch.setattr(Session, "run", note)
    return seen


def test_what_is_searched_for_travels_as_a_parameter(admin, statements):
    for spec in (spec for spec in endpoints() if spec.method == "GET"):
        names = [field.encode_name for field in msgspec.structs.fields(spec.query)] if spec.query else []
        path = re.sub(r"{(\w+)}", lambda name: PATHS.get(name[1], MARK), spec.path).removeprefix("/api")
        for asked in ([name] for name in names) if names else [[]]:
            admin.get(f"{path}?{'&'.join(f'{name}={MARK}' for name in asked)}")

    assert len(statements) > 50
    assert [sql for sql in statements if MARK in sql] == []


def test_no_text_of_anybody_stands_in_the_log_or_in_sql(admin, statements, capsys, subtests):
    token = admin.token
    for spec in CHANGES:
        path = re.sub(r"{(\w+)}", lambda name: PATHS.get(name[1], MARK), spec.path).removeprefix("/api")
        media = spec.media[0] if spec.body is bytes else "application/json"
        for body in bodies(spec) if spec.body else [None]:
            admin.send(spec.method, f"{path}?q={MARK}&text={MARK}", body=body, headers={"Content-Type": media})
        with subtests.test(f"{spec.method} {spec.path}"):
            logged = capsys.readouterr()
            assert '"event":"request"' in logged.err
            assert MARK not in logged.err + logged.out
            assert token not in logged.err
    assert [sql for sql in statements if MARK in sql] == []
