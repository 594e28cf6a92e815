"""Leading a conversation step by step; tests and evaluations made of conversations."""

from __future__ import annotations

import json

import pytest

from parlance.adapters.sql import query
from parlance.domain.interactive import NOTHING
from parlance.settings import settings
from tests.support import events
from tests.support.events import NOON
from tests.support.rasa_server import Rasa, serving

HELD = """SELECT objid FROM pg_locks WHERE locktype = 'advisory' AND database =
    (SELECT oid FROM pg_database WHERE datname = current_database())"""
TRACKER = {"sender_id": "x", "events": [], "slots": {}}
TEST = "stories:\n- story: greets\n  steps:\n  - user: |\n      hello\n    intent: greet\n  - action: utter_greet\n"


@pytest.fixture
def rasa(installation, signing_key, monkeypatch):
    with serving(Rasa(signing_key.public)) as server:
        server.answers = {"/tracker": TRACKER, "/events": TRACKER}
        monkeypatch.setenv("RASA_URL", server.url)
        settings.cache_clear()
        yield server


def asked(rasa):
    (one,) = rasa.asked
    return one


def examples(client):
    return [(one["text"], one["intent"]) for one in client.get("/projects/default/training_examples").json]


def test_a_conversation_is_begun_and_belongs_to_whom_began_it(tester, rasa):
    reply = tester.post("/conversations", {"sender_id": "learn/1"})

    assert (reply.status, reply.json) == (201, TRACKER)
    assert asked(rasa)["path"] == "/conversations/learn/1/tracker/events"  # Rasa decodes no percent signs
    assert json.loads(asked(rasa)["body"]) == [NOTHING]  # a session that is saved, unlike a tracker read
    found = tester.get("/conversations/learn%2F1").json
    assert (found["created_by"], found["interactive"]) == ("tess", True)
    assert tester.post("/conversations", {"sender_id": "learn/1"}).status == 409
    assert tester.post("/conversations").status == 201


def test_it_may_go_on_from_a_point_of_another_one(admin, tester, rasa):
    events.store(events.greeting("a", NOON, slots={"city": "Oslo"}))

    copy = {"conversation_id_to_copy_from": "a", "until": NOON + 1.6}
    reply = admin.post("/conversations", {"sender_id": "copy", **copy})

    assert reply.status == 201
    sent = json.loads(asked(rasa)["body"])
    assert [event["event"] for event in sent] == ["action", "session_started", "action", "user", "slot"]
    assert not any("timestamp" in event for event in sent)
    assert tester.post("/conversations", copy).status == 404
    assert admin.post("/conversations", {**copy, "until": 1}).status == 404


def test_a_copy_begins_with_its_session_whatever_its_source_begins_with(admin, rasa):
    told = [events.slot("session_started_metadata", {"lang": "en"}, NOON - 1), *events.session(NOON)]
    events.store(events.turn("a", 1, told))
    events.store(events.greeting("whole", NOON))

    for source in ("a", "whole"):
        assert admin.post("/conversations", {"conversation_id_to_copy_from": source}).status == 201

    torn, whole = ([event["event"] for event in json.loads(one["body"])] for one in rasa.asked)
    start = ["action", "session_started", "action"]
    assert torn == [*start, "slot", *start]
    assert whole[:4] == [*start, "user"]


def test_events_are_appended_and_what_users_say_is_learned(admin, rasa):
    said = events.user("moin", "greet", NOON)
    silent = events.user("/restart", "restart", NOON)

    reply = admin.post("/conversations/x/events", said)

    assert reply.json == said
    begun, appended = rasa.asked
    assert begun["path"] == appended["path"] == "/conversations/x/tracker/events"
    assert [json.loads(one["body"]) for one in (begun, appended)] == [[NOTHING], [said]]
    assert admin.post("/conversations/x/events", [silent, events.slot("a", 1, NOON)]).status == 200
    assert examples(admin) == [("moin", "greet")]


def test_what_cannot_be_learned_is_not_said(admin, rasa):
    flow = "{version: '3.1', nlu: [{intent: greet, examples: '- hi'}]}\n"
    assert admin.put("/projects/default/files", {"files": {"data/nlu.yml": flow}}).status == 200

    reply = admin.post("/conversations/x/events", events.user("moin", "greet", NOON))

    assert (reply.status, rasa.asked, examples(admin)) == (409, [], [("hi", "greet")])


def test_what_rasa_refuses_is_not_learned(admin, rasa):
    rasa.status = 503

    reply = admin.post("/conversations/x/events", [events.user(text, "greet", NOON) for text in ("moin", "servus")])

    assert (reply.status, examples(admin)) == (503, [])
    rasa.status = 200
    assert admin.post("/conversations/x/events", events.user("moin", "greet", NOON)).status == 200
    assert examples(admin) == [("moin", "greet")]


def test_whose_example_gets_lost_after_rasa_took_the_message_is_told_not_to_repeat_it(admin, rasa, installation):
    class Asked(list):
        def append(self, one):
            super().append(one)
            installation.rows("ALTER TABLE IF EXISTS project_files RENAME TO away")

    rasa.asked = Asked()

    reply = admin.post("/conversations/x/events", [events.user("moin", "greet", NOON)])

    assert (reply.status, reply.json["reason"], len(rasa.asked)) == (409, "NotLearned", 2)
    assert "do not send the events again" in reply.json["message"]
    assert reply.json["details"]["reason"] == "Unavailable"
    assert admin.post("/conversations/x/events", [events.slot("a", 1, NOON)]).status == 200, "there is nothing to learn"
    installation.rows("ALTER TABLE away RENAME TO project_files")
    assert admin.post("/projects/default/training_examples", {"text": "moin", "intent": "greet"}).status < 300
    assert examples(admin) == [("moin", "greet")]


def test_nobody_waits_for_a_bot_that_takes_its_time(admin, rasa):
    held = []

    class Asked(list):
        def append(self, one):
            held.extend(query(HELD))
            super().append(one)

    rasa.asked = Asked()

    assert admin.post("/conversations/x/events", events.user("moin", "greet", NOON)).status == 200
    assert (held, len(rasa.asked), examples(admin)) == ([], 2, [("moin", "greet")])


def test_replaced_events_follow_a_restart(admin, rasa):
    admin.put("/conversations/x/events", [events.slot("a", 1, NOON)])

    sent = json.loads(asked(rasa)["body"])
    assert sent == [{"event": "restart"}, {"event": "slot", "metadata": {}, "name": "a", "value": 1}]


def test_rasa_predicts_and_executes(tester, rasa):
    rasa.answers = {"/predict": {"scores": [{"action": "utter_greet", "score": 1.0}]}, "/execute": {"messages": []}}

    assert tester.post("/conversations/x/predict?include_events=ALL").json["scores"][0]["score"] == 1.0
    assert tester.post("/conversations/x/execute", {"name": "utter_greet", "confidence": 0.5}).json == {"messages": []}

    predict, execute = rasa.asked
    assert predict["query"]["include_events"] == "ALL"
    assert json.loads(execute["body"]) == {"name": "utter_greet", "policy": None, "confidence": 0.5}


def test_what_rasa_refuses_is_told_in_its_words(admin, rasa):
    rasa.answers = {"refusal": "No action named 'x'."}

    reply = admin.post("/conversations/x/execute", {"name": "x"})

    assert (reply.status, reply.json["reason"]) == (422, "RasaRefused")
    assert "No action named 'x'." in reply.json["message"]
    assert admin.post("/conversations", {"sender_id": "new"}).status == 422
    assert admin.get("/conversations/new").status == 404


@pytest.mark.parametrize(("status", "expected"), [(404, 404), (409, 503), (503, 503), (429, 429)])
def test_a_rasa_that_cannot_now_says_so(admin, rasa, status, expected):
    rasa.status = status

    assert admin.post("/conversations/x/predict").status == expected


def test_nobody_leads_a_strangers_conversation(tester, rasa):
    events.store(events.greeting("foreign", NOON))

    assert tester.post("/conversations/foreign/events", events.slot("a", 1, NOON)).status == 404
    assert tester.put("/conversations/foreign/events", [events.slot("a", 1, NOON)]).status == 404
    assert tester.post("/conversations/foreign/predict").status == 404
    assert tester.post("/conversations/foreign/execute", {"name": "x"}).status == 404
    assert rasa.asked == []


@pytest.mark.parametrize("name", ["Zoë", "two words", "a/../b", "a?b", "100%", "/a"])
def test_a_name_that_rasa_would_mistake_is_refused(admin, rasa, name):
    assert admin.post("/conversations", {"sender_id": name}).json["reason"] == "Unprocessable"
    assert rasa.asked == []


@pytest.mark.parametrize("body", [{}, [], [{"name": "x"}], "x", [1]])
def test_what_is_no_event_is_refused(admin, rasa, body):
    assert admin.post("/conversations/x/events", body).status == 400
    assert rasa.asked == []


ODD = [
    {"text": 5, "parse_data": {"intent": {"name": "greet"}}},
    {"text": "hi", "parse_data": {"intent": {"name": 5}}},
    {"text": "hi", "parse_data": {"intent": {"name": "a\nb"}}},
    {"text": "hi" * 6000, "parse_data": {"intent": {"name": "greet"}}},
]


@pytest.mark.parametrize("odd", ODD)
def test_what_is_no_example_is_refused_before_it_is_said(admin, rasa, odd):
    assert admin.post("/conversations/x/events", {"event": "user", **odd}).status == 400
    assert rasa.asked == []


@pytest.mark.parametrize("parsed", [None, "greet", {}, {"intent": "greet"}, {"intent": None}, {"intent": {"name": ""}}])
def test_what_names_no_intent_is_said_and_not_learned(admin, rasa, parsed):
    assert admin.post("/conversations/x/events", {"event": "user", "text": "hi", "parse_data": parsed}).status == 200
    assert examples(admin) == []


def test_tests_are_added_listed_and_removed(admin):
    yaml = {"Content-Type": "application/yaml"}

    added = admin.send("POST", "/tests", body=TEST, headers=yaml)

    assert added.status == 201
    (test,) = admin.get("/tests").json
    assert (test["name"], test["filename"]) == ("greets", "tests/conversation_tests.yml")
    assert "user: |" in test["story"]
    assert admin.get("/stories").json == []
    assert admin.send("POST", "/tests", body="stories: 1", headers=yaml).status == 400

    assert [admin.delete(f"/tests/{test['id']}").status for _ in range(2)] == [204, 404]
    assert admin.get("/tests").json == []
