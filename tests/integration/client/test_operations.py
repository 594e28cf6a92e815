"""Operators at a terminal: held conversations, refused messages, who did what."""

from __future__ import annotations

import time

import pytest

from functions.events.app import handler as consume
from parlance.services import locks
from tests.support import moodbot, queues
from tests.support.locks import TICKET, hold


@pytest.fixture
def topic(installation):
    with queues.created() as made:
        yield made


@pytest.fixture
def held(installation):
    hold("web-1", time.time())


def test_who_holds_which_conversation(as_admin, held):
    listed, shown = as_admin("locks", "list"), as_admin("locks", "show", "web-1", "--json").json

    assert all(word in listed.out for word in ("web-1", "node-a.12", str(TICKET)))
    assert [one["node"] for one in shown["waiting"]] == ["node-b.7"]
    assert "node-b.7" in as_admin("locks", "show", "web-1").out


def test_a_release_asks_first(as_admin, held):
    refused = as_admin("locks", "release", "web-1", typed="n\n")

    assert refused.code == 1
    assert "node-a.12" in refused.err
    assert locks.lock_on("web-1").holder.ticket == TICKET
    assert as_admin("locks", "release", "web-1", "--yes").code == 0
    assert locks.lock_on("web-1").holder.node == "node-b.7"
    assert as_admin("audit", "--action", "locks:update", "--json").json[0]["object"] == f"web-1/{TICKET}"


def test_one_who_waits_is_let_go_of_by_ticket(as_admin, held):
    assert as_admin("locks", "release", "web-1", "--ticket", "5", "--yes").code == 1
    assert as_admin("locks", "release", "web-1", "--ticket", str(TICKET + 1), "--yes").code == 0
    assert locks.lock_on("web-1").waiting == ()
    assert as_admin("locks", "release", "free", "--yes").code == 4


def test_refused_messages_are_seen_and_sent_again(as_admin, topic):
    for body in ("{", "[", '"\x1b[2J'):
        consume(moodbot.batch([body]), None)

    letters = as_admin("dead-letters", "list", "--json").json
    shown = as_admin("dead-letters", "show", letters[0]["id"])
    one = as_admin("dead-letters", "redrive", letters[0]["id"])
    refused = as_admin("dead-letters", "redrive", "--all", typed="n\n")
    rest = as_admin("dead-letters", "redrive", "--all", "--yes")

    assert len(letters) == 3
    assert "\x1b" not in shown.out
    assert "not JSON" in shown.err
    assert (one.code, refused.code, rest.code) == (0, 1, 0)
    assert rest.err.endswith("2 messages are sent again.\n")
    assert len(topic.received()) == 3
    assert "0 wait" in as_admin("dead-letters", "list", "--all").err


def test_a_redrive_without_saying_what_is_a_wrong_command_line(as_admin):
    assert as_admin("dead-letters", "redrive").code == as_admin("dead-letters", "redrive", "x", "--all").code == 2
