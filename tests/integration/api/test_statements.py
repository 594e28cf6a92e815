"""How often a call asks the database: a constant, whatever the number of rows."""

from __future__ import annotations

import pytest

from parlance.adapters.pool import Session
from tests.support import events as rasa
from tests.support.events import NOON
from tests.support.installation import logged_in


@pytest.fixture(scope="module")
def admin(shared_installation):
    """Ada, in an installation with seven tagged conversations."""
    talk = [*rasa.session(NOON), rasa.user("hi", "greet", NOON + 1), rasa.slot("a", "b", NOON + 2)]
    rasa.store(*(rasa.turn(f"c{number}", 1, talk) for number in range(7)))
    client = logged_in("ada", "admin")
    client.post("/conversations/c1/tags", [{"value": f"t{number}", "color": "000000"} for number in range(7)])
    return client


@pytest.fixture
def statements(admin, monkeypatch):
    counted = []

    def count(session, sql, **values):
        if sql not in {"BEGIN", "COMMIT"}:
            counted.append(sql)
        return run(session, sql, **values)

    run = Session.run
    monkeypatch.setattr(Session, "run", count)
    return counted


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("/conversations", 2),  # who asks, the page
        ("/conversations?limit=5", 3),  # and where the page is full, the count
        ("/conversations?intent=greet&slots=a:b&tags_any=1&entity=x", 2),
        ("/conversations?intent=greet&text=hi", 3),  # which texts there are
        ("/conversations?intent=greet&text=hi&limit=5", 5),  # for the page and for the count
        ("/conversations/c1", 3),
        ("/conversations/c1/tracker", 3),
        ("/conversations/c1/messages", 3),
        ("/conversationIntents", 2),
        ("/conversations/tags", 2),
        ("/insights", 4),  # who asks; totals, messages, drop-off
        ("/insights/steps", 3),
        ("/analytics", 2),
    ],
)
def test_statements_do_not_grow_with_rows(admin, statements, path, expected):
    assert admin.get(path).status == 200

    assert len(statements) == expected


@pytest.mark.parametrize(
    "change",
    [
        {"review_status": "reviewed"},
        {"flag": True},
        {"add_tags": [{"value": "t1", "color": "000000"}]},
        {"remove_tags": [1]},
        {"delete": True},  # the last: it takes them away
    ],
    ids=lambda change: next(iter(change)),
)
def test_changes_of_many_take_as_many_statements_as_of_one(admin, statements, change):
    admin.post("/conversations/bulk", {"conversations": ["c0"], **change})
    of_one = len(statements)

    reply = admin.post("/conversations/bulk", {"conversations": [f"c{number}" for number in range(1, 7)], **change})

    assert len(reply.json["conversations"]) == 6
    audited = 5 * ("delete" in change)  # each erasure has a line of its own in the audit log
    assert len(statements) - of_one == of_one + audited


def test_an_export_asks_twice_for_a_hundred_conversations(admin, statements):
    rasa.store(*(rasa.turn(f"e{number}", 1, rasa.session(NOON + number)) for number in range(30)))
    statements.clear()

    assert len(admin.get("/conversations/export").text.splitlines()) == 30
    assert len(statements) == 3  # who asks, the conversations, their events
