"""Talking to the bot through the API, and what it says when Rasa is not there."""

from __future__ import annotations

import pytest

from parlance.adapters.sql import query
from parlance.settings import settings
from tests.support import events
from tests.support.rasa_server import Rasa, serving

NOON = 1_800_000_000.0


@pytest.fixture
def rasa(installation, signing_key, monkeypatch):
    with serving(Rasa(signing_key.public)) as server:
        monkeypatch.setenv("RASA_URL", server.url)
        settings.cache_clear()
        yield server


def test_the_bots_messages_come_back(admin, rasa):
    reply = admin.post("/chat", {"message": "hello"})

    assert reply.status == 200
    assert reply.json == [{"recipient_id": "ada", "text": "You said hello"}]
    assert rasa.seen[0]["input_channel"] == "rasa"
    assert rasa.seen[0]["claims"]["username"] == "ada"
    assert "conversation_id" not in rasa.seen[0]


def test_a_new_conversation_belongs_to_whom_started_it(tester, rasa, installation):
    reply = tester.post("/conversations/talk-1/messages", {"message": "hi"})

    assert reply.json[0]["recipient_id"] == "talk-1"
    assert "clientEvents:create" in rasa.seen[0]["claims"]["scopes"]
    assert tester.get("/conversations/talk-1").status == 200


def test_events_that_come_first_or_later_keep_the_owner(tester, rasa, installation):
    events.store(events.turn("early", 1, events.session(NOON)))
    installation.rows("UPDATE conversations SET created_by = 'tess' WHERE sender_id = 'early'")
    tester.post("/conversations/late/messages", {"message": "hi"})
    events.store(events.turn("late", 1, events.session(NOON)))

    assert tester.get("/conversations/early").json["created_by"] == "tess"
    late = tester.get("/conversations/late").json
    assert late["created_by"] == "tess"
    assert late["latest_event_time"] == pytest.approx(NOON + 0.002)


def test_nobody_speaks_in_a_strangers_conversation(tester, rasa, installation):
    events.store(events.turn("foreign", 1, events.session(NOON)))

    assert tester.post("/conversations/foreign/messages", {"message": "hi"}).status == 404
    assert rasa.seen == []


def test_rasa_that_is_away_is_a_503_that_says_when_to_come_again(admin):
    reply = admin.post("/chat", {"message": "hello"})

    assert reply.status == 503
    assert reply.json["reason"] == "RasaNotReady"
    assert reply.headers["Retry-After"] == "5"


def test_rasa_without_a_model_is_a_503_too(admin, rasa):
    rasa.has_model = False

    assert admin.post("/chat", {"message": "hello"}).json["reason"] == "RasaNotReady"


@pytest.mark.parametrize(
    ("status", "answer"),
    [
        (401, (503, "Unavailable")),
        (404, (503, "Unavailable")),
        (429, (429, "ConversationBusy")),
        (500, (503, "RasaFailed")),
        (503, (503, "RasaNotReady")),
    ],
)
def test_a_rasa_that_fails_is_not_our_crash_and_says_which_failure_it_was(admin, rasa, status, answer):
    rasa.status = status

    reply = admin.post("/chat", {"message": "hello"})

    assert (reply.status, reply.json["reason"]) == answer


@pytest.mark.parametrize("body", [{}, {"message": ""}, {"message": 1}, {"message": "x" * 20_001}])
def test_a_message_must_be_a_text_of_some_length(admin, rasa, body):
    assert admin.post("/chat", body).status == 400


def test_health_asks_every_part(admin, rasa):
    health = admin.get("/health").json

    assert health["production"] == {
        "status": 200,
        "version": "3.6.21",
        "minimum_compatible_version": "3.5.0",
        "model": "m.tar.gz",
        "model_id": "m1",
    }
    assert health["database_migration"]["status"] == "completed"
    assert health["database_migration"]["progress_in_percent"] == 100.0
    assert health["worker"]["status"] == 200


def test_health_counts_waiting_and_refused_messages(admin, rasa, monkeypatch):
    from parlance.adapters import aws

    queues = {name: aws.client("sqs").create_queue(QueueName=f"{name}-health")["QueueUrl"] for name in ("q", "dead")}
    monkeypatch.setenv("EVENTS_QUEUE", queues["q"])
    monkeypatch.setenv("DEAD_LETTER_QUEUE", queues["dead"])
    settings.cache_clear()
    aws.client("sqs").send_message(QueueUrl=queues["dead"], MessageBody="x")

    health = admin.get("/health").json

    assert health["events"] == {"status": "ok", "waiting": 0, "in_flight": 0, "dead_letters": 1}
    assert health["status"] == "ok"


def test_health_says_what_is_away(admin):
    health = admin.get("/health")

    assert health.status == 200
    assert health.json["status"] == "degraded"
    assert health.json["production"]["status"] == 500


def test_a_rasa_that_sleeps_is_no_fault(admin, monkeypatch):
    monkeypatch.setattr("parlance.services.health.events", lambda: {"status": "ok"})
    query("INSERT INTO environments (name, state) VALUES ('production', 'asleep')")

    health = admin.get("/health").json

    assert (health["status"], health["production"]["status"], health["production"]["state"]) == ("ok", 200, "asleep")
    assert "a message wakes it" in health["production"]["message"]


def test_version_publishes_the_key_that_rasa_reads_first(admin, rasa, signing_key):
    version = admin.get("/version").json

    assert version["rasa"] == {"production": "3.6.21", "worker": "3.6.21"}
    assert version["rasa-x"]
    assert version["keys"][0]["alg"] == "RS256"
    assert version["keys"][0]["key"] == signing_key.public
    assert "PRIVATE" not in str(version)


def test_version_of_a_rasa_that_is_away_is_zeros(admin):
    assert admin.get("/version").json["rasa"]["production"] == "0.0.0"


def test_config_gives_both_files_to_a_rasa_server(installation):
    from tests.support.api import Client
    from tests.support.installation import SERVICE_TOKEN

    files = Client().get(f"/config?token={SERVICE_TOKEN}").json

    assert "url: http://parlance.test/api\n" in files["credentials"]
    assert "url: http://parlance.test/api/projects/default/models/tags/production" in files["endpoints"]
    assert "${RASA_X_TOKEN}" in files["endpoints"]


def test_telemetry_is_off(admin):
    for reply in (admin.get("/telemetry"), admin.post("/telemetry", {}), admin.delete("/telemetry")):
        assert reply.json["enabled"] is False
    assert admin.get("/features").json == []
