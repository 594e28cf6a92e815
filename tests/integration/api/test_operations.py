"""Operators see refused messages and held conversations, and mend both; the audit log says who did."""

from __future__ import annotations

import json
import time
from urllib.parse import quote

import pytest

from functions.events.app import handler as consume
from functions.sweep.app import handler as sweep
from parlance.adapters import event_topic
from parlance.adapters.sql import query
from parlance.settings import settings
from tests.support import moodbot, queues
from tests.support.locks import TICKET, hold

EVENT = {"sender_id": "web-1", "event": "bot", "timestamp": 1e9, "text": "hi"}


@pytest.fixture
def topic(installation):
    with queues.created() as made:
        yield made


def refuse(*bodies: str) -> None:
    for body in bodies:
        consume(moodbot.batch([body]), None)


def actions(client) -> list[tuple[str, str, str]]:
    return [(line["actor"], line["action"], line["object"]) for line in client.get("/audit").json]


def test_refused_messages_are_listed_in_pages_and_shown_whole(admin):
    refuse("{", "[", "]")

    first = admin.get("/deadLetters?limit=2")
    rest = admin.get(f"/deadLetters?limit=2&cursor={first.headers['X-Next-Cursor']}")
    shown = admin.get(f"/deadLetters/{first.json[0]['id']}").json

    assert (first.total, len(first.json), len(rest.json)) == (3, 2, 1)
    assert "X-Next-Cursor" not in rest.headers
    assert (first.json[0]["body"], shown["body"]) == (None, "]")
    assert "not JSON" in shown["reason"]


def test_a_letter_is_sent_again_closed_and_noted(admin, topic):
    refuse("{")
    (letter,) = admin.get("/deadLetters").json

    reply = admin.post(f"/deadLetters/{letter['id']}/redrive")

    assert reply.status == 204
    assert [record["body"] for record in topic.received()] == ["{"]
    assert admin.get("/deadLetters").json == []
    assert admin.get("/deadLetters?closed=true").json[0]["redriven_at"]
    assert actions(admin) == [("ada", "deadLetters:update", letter["id"])]


def test_all_letters_are_sent_again_in_one_call(admin, topic):
    refuse("{", "[", json.dumps(EVENT | {"timestamp": None}))

    assert admin.post("/deadLetters/redrive").json == {"sent": 3, "waiting": 0}
    assert len(topic.received()) == 3
    assert actions(admin) == [("ada", "deadLetters:update", "")]


def test_a_letter_that_the_topic_does_not_take_stays(admin, topic, monkeypatch):
    refuse("{")
    (letter,) = admin.get("/deadLetters").json
    monkeypatch.setattr(event_topic, "publish", lambda _messages: [])

    assert admin.post(f"/deadLetters/{letter['id']}/redrive").status == 503
    assert admin.get("/deadLetters").total == 1


def test_a_held_conversation_is_seen_and_let_go_of_by_force(admin):
    hold("web/1 ü", time.time())
    where = f"/locks/{quote('web/1 ü', safe='')}"

    (listed,) = admin.get("/locks").json
    released = admin.delete(f"{where}/{TICKET}")
    after = admin.get(where).json

    assert listed["sender_id"] == "web/1 ü"
    assert (listed["holder"]["node"], listed["holder"]["ticket"]) == ("node-a.12", TICKET)
    assert 30 <= listed["holder"]["age"] < 300
    assert released.status == 204
    assert (after["holder"]["node"], after["waiting"]) == ("node-b.7", [])
    assert actions(admin) == [("ada", "locks:update", f"web/1 ü/{TICKET}")]


def test_what_is_not_there_is_said(admin):
    hold("web-1", time.time())

    assert admin.get("/locks/web-2").json["reason"] == "NotLocked"
    assert admin.delete(f"/locks/web-1/{TICKET + 9}").json["reason"] == "NotLocked"
    assert "ticket" in admin.delete("/locks/web-1/first").json["message"]
    assert admin.get(f"/deadLetters/{'0' * 32}").json["reason"] == "DeadLetterNotFound"
    assert admin.get("/deadLetters/nonsense").status == 400
    assert actions(admin) == []


def test_lines_of_the_audit_log_go_when_their_time_is_over(admin, topic, monkeypatch):
    admin.post("/user/tokens", {"name": "t"})
    admin.post("/user/tokens", {"name": "u"})
    older = "UPDATE audit_log SET at = at - 31 * 86400 WHERE id = (SELECT min(id) FROM audit_log)"
    query(older)

    assert sweep({}, None)["audit_expired"] == 0
    monkeypatch.setenv("AUDIT_DAYS", "30")
    settings.cache_clear()
    assert sweep({}, None)["audit_expired"] == 1
    assert len(actions(admin)) == 1
