"""A tracker store's rows, told again, are the messages that Rasa sent or would have sent."""

import json

from parlance.domain.messages import read
from parlance.domain.replay import ArchivedEvent, ArchivedTurn, retold


def archived(number, sender="web-1"):
    return ArchivedEvent(number, sender, json.dumps({"event": "bot", "timestamp": float(number), "text": f"{number}"}))


def test_known_turns_come_as_turns_and_the_rest_alone():
    events = [archived(number) for number in (1, 2, 5, 6, 9)] + [archived(7, "web-2")]
    turns = [ArchivedTurn("web-1", 40, None, False, 2, 6), ArchivedTurn("web-2", 50, 49, True, 7, 8)]

    told = [read(body, "production") for body in retold(events, turns)]

    found = {
        (turn.sender_id, turn.turn, turn.prev_turn, turn.overlap): [e.timestamp for e in turn.read()] for turn in told
    }
    assert found == {
        ("web-1", None, None, False): [9.0],
        ("web-1", 40, None, False): [2.0, 5.0, 6.0],
        ("web-2", 50, 49, True): [7.0],
    }
    assert sorted(e.timestamp for turn in told if turn.turn is None for e in turn.read()) == [1.0, 9.0]


def test_identity_survives_the_tracker_store():
    (body,) = retold([archived(3)], [])

    (event,) = read(body, "production").read()

    sent = {"sender_id": "web-1", "event": "bot", "timestamp": 3.0, "text": "3"}
    assert event.id == read(json.dumps(sent), "production").read()[0].id
