"""How often a call asks the database: a constant, whatever the number of rows."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from parlance.adapters import jobs, models
from parlance.adapters.pool import Session
from parlance.adapters.sql import transaction
from parlance.domain.jobs import Job
from parlance.domain.models import Model
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
    furnish(client)
    return client


def furnish(client):
    """Several of everything else that is listed, so that a statement for each of them would be seen."""
    now = datetime.now(UTC)
    for name in ("a", "b", "c"):
        rasa.store(rasa.turn(f"d{name}", 1, [*rasa.session(NOON), rasa.user(f"what {name} said", "greet", NOON + 1)]))
        logged_in(f"user-{name}", "tester")
        for path, body in {
            "/roles": {"role": f"role-{name}", "grants": {}},
            "/conversationFilters": {"name": name, "query": {"text": name}},
            "/projects/default/training_examples": {"text": f"example {name}", "intent": "greet"},
            "/responses": {"response_name": f"utter_{name}", "text": name},
            "/projects/default/synonyms": {"synonym_reference": name, "mapped_values": [{"value": name * 2}]},
        }.items():
            assert client.post(path, body).status == 201
        jobs.insert(Job(id=f"job-{name}", created_at=now, state="succeeded", finished_at=now))
        with transaction() as run:
            models.add(run, model(f"model-{name}", now))


def model(name, now):
    known = {"object_key": f"models/{name}", "etag": name, "size": 1, "rasa_version": "3.6.21", "model_id": name}
    return Model(name=name, trained_at=now, created_by="ada", **known)


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
        ("/conversations?intent=greet&slots=a:b&tags_any=1&entity=x", 3),  # how many have these names
        ("/conversations?intent=greet&text=hi", 4),  # which texts there are
        ("/conversations?intent=greet&text=hi&limit=5", 7),  # for the page and for the count
        ("/conversations/c1", 3),
        ("/conversations/c1/tracker", 3),
        ("/conversations/c1/messages", 3),
        ("/conversations?model=model-a", 4),  # which ids the name stands for, and how many have them
        ("/conversations/models", 3),
        ("/conversationIntents", 2),
        ("/conversations/tags", 2),
        ("/insights", 4),  # who asks; totals, messages, drop-off
        ("/insights/steps", 3),
        ("/analytics", 2),
        ("/projects/default/logs", 3),
        ("/projects/default/training_examples", 2),
        ("/stories", 2),
        ("/responses", 3),  # when the newest model was trained
        ("/projects/default/synonyms", 2),
        ("/jobs", 3),
        ("/projects/default/models", 3),
        ("/users", 2),
        ("/roles", 2),
        ("/conversationFilters", 2),
        ("/audit", 3),
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

    lines = admin.get("/conversations/export").text.splitlines()
    assert len([line for line in lines if line.startswith('{"sender_id":"e')]) == 30
    assert len(statements) == 3  # who asks, the conversations, their events
