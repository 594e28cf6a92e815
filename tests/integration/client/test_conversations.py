"""Conversations in a terminal."""

from __future__ import annotations

import pytest

from tests.support import events as rasa
from tests.support.events import NOON


@pytest.fixture
def talked(installation):
    rasa.store(rasa.turn("web-1", 1, [*rasa.session(NOON), rasa.user("good \x1b[31mmorning", "greet", NOON + 1)]))
    rasa.store(rasa.turn("web 2/ü", 2, [*rasa.session(NOON + 60), rasa.user("bye", "goodbye", NOON + 61)]))


def test_conversations_are_listed_filtered_and_counted(as_admin, talked):
    listed = as_admin("conversations", "list", "--limit", "1")
    found = as_admin("conversations", "list", "--intent", "greet", "--json").json

    assert "web 2/ü" in listed.out
    assert "web-1" not in listed.out
    assert "1 of 2" in listed.err
    assert [one["sender_id"] for one in found] == ["web-1"]
    assert as_admin("conversations", "list", "--since", "2999-01-01", "--json").json == []


def test_what_users_wrote_cannot_steer_the_terminal(as_admin, talked):
    listed, shown = as_admin("conversations", "list"), as_admin("conversations", "show", "web-1")

    assert "\x1b" not in listed.out + shown.out
    assert "morning" in listed.out
    assert "[greet" in shown.out


def test_a_conversation_is_shown_and_reviewed(as_admin, talked):
    tracker = as_admin("conversations", "show", "web 2/ü", "--json").json
    reviewed = as_admin("conversations", "review", "web 2/ü")

    assert tracker["events"][-1]["text"] == "bye"
    assert reviewed == (0, "", "web 2/ü is reviewed.\n")
    assert [one["sender_id"] for one in as_admin("conversations", "list", "--status", "reviewed", "--json").json] == [
        "web 2/ü"
    ]
    assert as_admin("conversations", "show", "nothing").code == 4


def test_a_list_goes_on_over_pages(as_admin, installation, monkeypatch):
    for number in range(5):
        rasa.store(rasa.turn(f"c{number}", number + 1, [rasa.user("hi", "greet", NOON + number)]))
    import os

    from parlance.domain.conversations import Listing
    from parlance_client import Client, Transport

    client = Client(Transport(os.environ["PARLANCE_URL"], token=os.environ["PARLANCE_TOKEN"]))

    assert [one.sender_id for one in client.conversations.every(Listing(limit=2))] == ["c4", "c3", "c2", "c1", "c0"]
