"""The inbox: what users said, once each, until it is annotated or archived."""

from __future__ import annotations

import hashlib

import pytest

from tests.support import events as rasa
from tests.support.events import NOON

LOGS = "/projects/default/logs"


def hash_of(text):
    return hashlib.md5(text.encode()).hexdigest()


@pytest.fixture
def said(installation):
    rasa.store(
        rasa.greeting("a", NOON, text="hello", confidence=0.9),
        rasa.greeting("b", NOON + 100, text="hello", confidence=0.8),
        rasa.greeting("c", NOON + 200, text="100%_sure", intent="affirm", confidence=0.4, entities={"city": "Rome"}),
        rasa.greeting("d", NOON + 300, text="/restart", intent="restart"),
    )


def texts(reply):
    assert reply.status == 200, reply.text
    return [log["user_input"]["text"] for log in reply.json]


def test_equal_texts_are_one_message_with_its_count_and_latest_prediction(admin, said):
    newest, hello = admin.get(LOGS).json

    assert newest["user_input"]["text"] == "100%_sure"
    assert newest["user_input"]["entities"] == [{"entity": "city", "value": "Rome"}]
    assert (hello["n_messages"], hello["time"], hello["conversation_id"]) == (2, NOON + 101, "b")
    assert hello["user_input"]["intent"] == {"name": "greet", "confidence": 0.8}
    assert hello["user_input"]["intent_ranking"] == [{"name": "greet", "confidence": 0.8}]
    assert (hello["hash"], hello["model"]) == (hash_of("hello"), "m1")
    assert admin.get(f"{LOGS}/{hello['hash']}").json == admin.get(f"{LOGS}/{hello['id']}").json == hello


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", ["100%_sure", "hello"]),
        ("sort_order=asc", ["hello", "100%_sure"]),
        ("sort_by=confidence&sort_order=desc", ["hello", "100%_sure"]),
        ("q=ELL", ["hello"]),
        ("q=%25_", ["100%_sure"]),
        ("intent=affirm,deny", ["100%_sure"]),
        ("limit=1", ["100%_sure"]),
        ("limit=1&offset=1", ["hello"]),
        ("exclude_training_data=false", ["/restart", "100%_sure", "hello"]),
    ],
)
def test_the_list_is_filtered_sorted_and_cut(admin, said, query, expected):
    reply = admin.get(f"{LOGS}?{query}")

    assert texts(reply) == expected
    assert reply.total == (2 if "limit" in query else len(expected))


@pytest.mark.parametrize("by", ["id", "time", "confidence"])
@pytest.mark.parametrize("order", ["asc", "desc"])
def test_pages_by_cursor_give_every_message_once(admin, said, by, order):
    url = f"{LOGS}?exclude_training_data=false&limit=1&sort_by={by}&sort_order={order}"
    seen, reply = [], admin.get(url)
    while reply.json:
        seen += texts(reply)
        reply = admin.get(f"{url}&cursor={reply.headers['X-Next-Cursor']}")

    assert sorted(seen) == ["/restart", "100%_sure", "hello"]
    assert admin.get(f"{LOGS}?cursor=x").status == 400


def test_an_archived_text_stays_away_until_it_is_understood_otherwise(admin, said):
    assert admin.delete(f"{LOGS}/{hash_of('hello')}").status == 204
    assert admin.delete(f"{LOGS}/{hash_of('hello')}").status == 404

    rasa.store(rasa.greeting("e", NOON + 400, text="hello", confidence=0.1))
    rasa.store(rasa.greeting("f", NOON - 400, text="hello", intent="bye"))  # older than what was archived
    assert texts(admin.get(LOGS)) == ["100%_sure"]

    rasa.store(rasa.greeting("g", NOON + 500, text="hello", intent="bye"))
    assert texts(admin.get(LOGS)) == ["hello", "100%_sure"]

    admin.delete(f"{LOGS}/{hash_of('hello')}")
    rasa.store(rasa.greeting("h", NOON + 600, text="hello", intent="bye", entities={"city": "x"}))
    assert texts(admin.get(LOGS)) == ["hello", "100%_sure"]


@pytest.mark.parametrize("name", ["x", "0", hash_of("never said"), "99999999999999999", "\u0661"])
def test_an_unknown_message_is_not_found(admin, said, name):
    from urllib.parse import quote

    assert admin.get(f"{LOGS}/{quote(name)}").status == 404
    assert admin.delete(f"{LOGS}/{quote(name)}").status == 404


def test_a_typed_text_needs_a_model(admin, installation):
    assert admin.post(LOGS, "hello").status == 503
    assert admin.post(LOGS).status == 400
    assert admin.post(LOGS, "").status == 400


def test_a_typed_text_is_parsed_and_listed_once(admin, said, monkeypatch):
    parsed = {"intent": {"name": "ask", "confidence": 0.7}, "entities": [], "intent_ranking": []}
    monkeypatch.setattr("parlance.adapters.rasa.parse", lambda _text: parsed)

    for text in ("is it open?", "hello"):
        assert admin.post(LOGS, text).status == 201

    assert sorted(texts(admin.get(LOGS))) == ["100%_sure", "hello", "is it open?"]
    typed = admin.get(f"{LOGS}/{hash_of('is it open?')}").json
    assert (typed["conversation_id"], typed["n_messages"], typed["user_input"]["intent"]["name"]) == (None, 0, "ask")


def test_testers_have_no_inbox(tester, installation):
    assert tester.get(LOGS).status == 403
