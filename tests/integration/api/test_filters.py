"""Every filter of the list, and any id, on rows that a whole module shares."""

from __future__ import annotations

from urllib.parse import quote

import pytest

from parlance.adapters import conversation_filters
from tests.support import events as rasa
from tests.support.events import NOON, greeting
from tests.support.installation import logged_in


@pytest.fixture(scope="module")
def three(shared_installation):
    rasa.store(*rasa.three())


@pytest.fixture(scope="module")
def admin(shared_installation):
    return logged_in("ada", "admin")


@pytest.fixture(params=[conversation_filters.LOOKUP_COST, 1e12], ids=["names looked up", "walked"])
def lookup_cost(request, monkeypatch):
    """What makes PostgreSQL look conversations up by their names, or walk past them."""
    monkeypatch.setattr(conversation_filters, "LOOKUP_COST", request.param)


def ids(reply):
    assert reply.status == 200, reply.text
    return [row["sender_id"] for row in reply.json]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        (f"start={NOON + 50}", ["c", "b"]),
        (f"until={NOON + 50}", ["a"]),
        ("start=2027-01-15T08:01:00Z", ["c", "b"]),
        ("minimumConfidence=0.5", ["c", "a"]),
        ("maximumConfidence=0.5", ["b"]),
        ("minimumNluConfidence=0.5", ["c", "a"]),
        ("maximumNluConfidence=0.5", ["b"]),
        ("minimumUserMessages=2", []),
        ("policies=TEDPolicy,Other", ["b"]),
        ("intent=greet", ["c", "a"]),
        ("intent=greet,affirm", ["c", "b", "a"]),
        ("entity=city", ["b"]),
        ("action=utter_ok", ["b"]),
        ("model=m1", ["c", "b", "a"]),
        ("model=m2,other", []),
        ("text=HELL", ["c", "a"]),
        ("text=0%25_s", ["b"]),
        ("text=%25", ["b"]),
        ("is_flagged=true", []),
        ("is_flagged=false", ["c", "b", "a"]),
        ("tags_any=1,2", []),
        ("slots=city:slo", ["a"]),
        ("slots=other:slo,city:Rome", []),
        ("input_channels=rest,facebook", ["c", "a"]),
        ("review_status=reviewed,saved_for_later", []),
        ("review_status=unread", ["c", "b", "a"]),
        ("in_training_data=true", ["c", "b", "a"]),
        ("interactive=false", ["c", "b", "a"]),
        ("rasa_environment=production", ["c", "b", "a"]),
        ("rasa_environment=staging", []),
        ("exclude_self=true", ["c", "b", "a"]),
        ("sort_by_confidence=true", ["b", "a", "c"]),
        ("sort_order=asc", ["a", "b", "c"]),
        ("limit=1&offset=1", ["b"]),
        ("intent=greet&input_channels=rest&text=hello&minimumConfidence=0.9&review_status=unread", ["a"]),
        ("intent=greet,affirm&action=utter_ok&rasa_environment=production", ["b"]),
        ("unknown=1", ["c", "b", "a"]),
    ],
)
@pytest.mark.usefixtures("three", "lookup_cost")
def test_every_filter_narrows_the_list(admin, query, expected):
    assert ids(admin.get(f"/conversations?{query}")) == expected


@pytest.mark.parametrize(
    ("query", "name"),
    [
        ("start=yesterday", "start"),
        ("limit=-1", "limit"),
        ("minimumConfidence=2", "minimumConfidence"),
        ("minimumConfidence=nan", "minimumConfidence"),
        ("review_status=lost", "review_status"),
        ("tags_any=x", "tags_any"),
        ("cursor=abc", "cursor"),
        ("sort_order=sideways", "sort_order"),
    ],
)
def test_a_wrong_parameter_is_named(admin, query, name):
    reply = admin.get(f"/conversations?{query}")

    assert reply.status == 400
    assert reply.json["reason"] == "WrongSchema"
    assert name in reply.json["message"]


@pytest.mark.parametrize("sender", ["a b", "whatsapp:+4912345", "ünï", "x%41", "'; DROP TABLE events; --", "100%"])
def test_any_id_can_be_read(admin, shared_installation, sender):
    rasa.store(greeting(sender, NOON))

    assert admin.get(f"/conversations/{quote(sender, safe='')}").json["sender_id"] == sender
