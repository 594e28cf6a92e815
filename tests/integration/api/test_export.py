"""Large conversations in parts, chosen fields, and exports."""

from __future__ import annotations

import gzip
import json
import urllib.request

import pytest

from parlance.adapters import aws
from parlance.services import export
from parlance.settings import settings
from tests.support import events as rasa
from tests.support.events import NOON

LAMBDA = 6_291_556
"""Bytes of an answer of a Lambda function."""


def sent(reply):
    """Return how many bytes Lambda sends for an answer."""
    return len(json.dumps({"statusCode": reply.status, "headers": reply.headers, "body": reply.text}))


@pytest.fixture
def long_talk(installation):
    """Fifty thousand events, written where the event service would write them."""
    rasa.store(rasa.turn("long", 1, rasa.session(NOON)))
    installation.rows(
        """
        INSERT INTO events (id, timestamp, at, turn, idx, sender_id, type, data)
        SELECT CAST(md5(n::text) AS uuid), CAST(:noon AS float8) + n, CAST(:noon AS float8) + n, 2, n, 'long', 'user',
            jsonb_build_object(
            'event', 'user', 'timestamp', CAST(:noon AS float8) + n, 'text', 'said ' || n, 'metadata', '{}'::jsonb,
            'parse_data', jsonb_build_object('intent', jsonb_build_object('name', 'greet', 'confidence', 0.5),
                                             'entities', '[]'::jsonb, 'text', repeat('ö"', 20)))
        FROM generate_series(1, 50000) AS n
        """,
        noon=NOON,
    )


def test_a_conversation_of_50000_events_comes_in_parts_that_lambda_can_send(admin, long_talk):
    seen, before = [], ""
    while True:
        reply = admin.get(f"/conversations/long{before}")
        assert sent(reply) < LAMBDA
        assert reply.total == 50_003
        seen = [event.get("text") for event in reply.json["events"]] + seen
        if reply.json["earlier"] is None:
            break
        before = f"?before={reply.json['earlier']}"

    assert len(seen) == 50_003
    assert [text for text in seen if text] == [f"said {number}" for number in range(1, 50_001)]


@pytest.mark.parametrize("path", ["messages", "tracker"])
def test_other_readings_of_it_fit_too(admin, long_talk, path):
    reply = admin.get(f"/conversations/long/{path}")

    assert sent(reply) < LAMBDA
    assert reply.json["events"][-1]["text"] == "said 50000"
    assert reply.json["earlier"]


def test_it_is_read_on_by_since_until_and_limit(admin, long_talk):
    first = admin.get(f"/conversations/long?since={NOON + 10.5}&limit=3").json
    more = admin.get(f"/conversations/long?since={NOON + 10.5}&limit=2&after={first['later']}").json
    last = admin.get(f"/conversations/long?until={NOON + 20.5}&limit=2").json

    assert [event["text"] for event in first["events"]] == ["said 11", "said 12", "said 13"]
    assert [event["text"] for event in more["events"]] == ["said 14", "said 15"]
    assert [event["text"] for event in last["events"]] == ["said 19", "said 20"]
    assert admin.get("/conversations/long?before=nothing").status == 400


def test_a_story_that_is_too_large_says_so(admin, long_talk, monkeypatch):
    monkeypatch.setattr("parlance.domain.sections.LARGEST_ANSWER", 500_000)
    yaml = {"Accept": "application/yaml"}

    assert admin.get("/conversations/long/tracker?limit=10", headers=yaml).text.count("intent:") == 10
    assert admin.get("/conversations/long/tracker", headers=yaml).status == 413


def test_an_answer_may_be_reduced_to_some_fields(admin, installation):
    rasa.store(*rasa.three())

    query = "fields[sender_id]=true&fields[corrected_messages][intent]=true&intent=affirm"

    assert admin.get(f"/conversations?{query}").json == [{"sender_id": "b", "corrected_messages": []}]
    assert admin.get("/conversations/a?fields[slots][city]=true").json == {"slots": {"city": "Oslo"}}


def test_a_filtered_set_is_exported_line_by_line(admin, tester, installation):
    rasa.store(*rasa.three())

    reply = admin.get("/conversations/export?input_channels=rest,socketio")

    assert reply.headers["Content-Type"] == "application/x-ndjson"
    assert "conversations.ndjson" in reply.headers["Content-Disposition"]
    lines = [json.loads(line) for line in reply.text.splitlines()]
    assert [line["sender_id"] for line in lines] == ["b", "a"]
    assert [len(line["events"]) for line in lines] == [7, 8]
    assert lines[1]["events"] == admin.get("/conversations/a").json["events"]
    assert tester.get("/conversations/export").status == 403


def test_an_export_goes_on_where_it_ended(admin, installation, monkeypatch):
    rasa.store(*(rasa.greeting(f"c{number}", NOON + number) for number in range(7)))
    monkeypatch.setattr(export, "STEP", 2)
    names, cursor = [], ""
    for _ in range(3):
        reply = admin.get(f"/conversations/export?limit=3{cursor}")
        names += [json.loads(line)["sender_id"] for line in reply.text.splitlines()]
        cursor = f"&cursor={reply.headers.get('X-Next-Cursor')}"

    assert names == [f"c{number}" for number in (6, 5, 4, 3, 2, 1, 0)]
    assert "X-Next-Cursor" not in reply.headers


def test_what_is_larger_than_an_answer_is_fetched_from_storage(admin, long_talk, installation, monkeypatch):
    bucket = f"export-{installation.name.replace('_', '-')}"
    aws.client("s3").create_bucket(Bucket=bucket)
    monkeypatch.setenv("DATA_BUCKET", bucket)
    settings.cache_clear()

    found = admin.get("/conversations/export").json

    with urllib.request.urlopen(found["url"]) as answer:
        packed = answer.read()
    (line,) = gzip.decompress(packed).splitlines()
    assert (found["conversations"], found["size"]) == (1, len(packed))
    assert len(json.loads(line)["events"]) == 50_003
