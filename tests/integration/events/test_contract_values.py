"""Values of the contract that depend on more than events: the model of a message, interactive conversations."""

import pytest

from parlance.adapters import inbox
from parlance.domain.inbox import as_message_log
from parlance.services.ingest import ingest
from tests.support import events as rasa
from tests.support import moodbot, reference
from tests.support.events import NOON

MODEL = """
INSERT INTO models (name, object_key, etag, size, rasa_version, model_id, project_hash, trained_at, created_by)
VALUES (:name, :name, 'e', 1, '3.6.21', :id, '', to_timestamp(:at), 'me')
"""


def told(text, metadata):
    event = {**rasa.user(text, "greet", NOON), "metadata": metadata}
    assert not ingest([moodbot.record({"sender_id": "a", **event})]).refused


def model_of(text):
    return as_message_log(inbox.find(rasa_hash(text)))["model"]


def rasa_hash(text):
    return reference.uuid_of(text).replace("-", "")


@pytest.fixture
def messages(database):
    told("who knows me", {"model_id": "id-1"})
    told("who does not", {"model_id": "id-9"})
    told("who says nothing", {})
    return database


def models(messages):
    return [model_of(text) for text in ("who knows me", "who does not", "who says nothing")]


def test_without_any_model_a_message_has_what_it_says(messages):
    assert models(messages) == ["id-1", "id-9", "unavailable"]


def test_a_model_is_named_and_a_silent_event_gets_the_newest_and_before_that_the_one_in_service(messages):
    for name, model_id, at in (("first", "id-1", 1), ("newest", "id-2", 2)):
        messages.rows(MODEL, name=name, id=model_id, at=at)
    assert models(messages) == ["first", "id-9", "newest"]

    messages.rows("INSERT INTO model_tags (tag, model, tagged_by) VALUES ('production', 'first', 'me')")
    assert models(messages) == ["first", "id-9", "first"]


def test_an_interactive_conversation_never_gets_a_channel(database):
    database.rows("INSERT INTO conversations (sender_id, interactive, created_by) VALUES ('a', true, 'me')")

    rasa.store(rasa.greeting("a", NOON, channel="socketio"), rasa.greeting("b", NOON, channel="socketio"))

    found = database.rows("SELECT sender_id, latest_input_channel, n_user_messages FROM conversations ORDER BY 1")
    assert [tuple(row.values()) for row in found] == [("a", None, 1), ("b", "socketio", 1)]
