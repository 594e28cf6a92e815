"""Many conversations in one request, and filters that people keep."""

from __future__ import annotations

import pytest

from tests.support import events as rasa
from tests.support.events import NOON


@pytest.fixture
def talks(installation):
    rasa.store(*rasa.three())


def test_one_request_reviews_tags_and_flags_many(admin, talks):
    tags = [{"value": "batch", "color": "00ff00"}]

    reply = admin.post(
        "/conversations/bulk",
        {"conversations": ["a", "c", "nobody", "a"], "review_status": "reviewed", "add_tags": tags, "flag": True},
    )

    assert reply.json == {"conversations": ["a", "c"], "missing": ["nobody"], "receipts": []}
    listed = {one["sender_id"]: one for one in admin.get("/conversations").json}
    assert {name: one["review_status"] for name, one in listed.items()} == {
        "a": "reviewed", "b": "unread", "c": "reviewed",
    }  # fmt: skip
    assert [listed[name]["has_flagged_messages"] for name in "abc"] == [True, False, True]
    (tag,) = listed["a"]["tags"]
    flagged = [event["event"] for event in admin.get("/conversations/a").json["events"] if event["is_flagged"]]
    assert flagged == ["user"]

    admin.post("/conversations/bulk", {"conversations": ["a", "c"], "remove_tags": [tag], "flag": False})

    assert [one["tags"] for one in admin.get("/conversations").json] == [[], [], []]
    assert admin.get("/conversations?is_flagged=true").json == []
    assert admin.get("/audit?action=conversations:update").json[0]["details"] == {"conversations": ["a", "c"]}


def test_one_request_erases_many(admin, talks):
    reply = admin.post("/conversations/bulk", {"conversations": ["a", "b", "x"], "delete": True})

    assert [receipt["sender_id"] for receipt in reply.json["receipts"]] == ["a", "b"]
    assert all(receipt["completed"] for receipt in reply.json["receipts"])
    assert reply.json["missing"] == ["x"]
    assert [one["sender_id"] for one in admin.get("/conversations").json] == ["c"]


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"conversations": ["a"]}, 400),
        ({"conversations": [], "flag": True}, 400),
        ({"conversations": ["a"], "delete": True, "flag": True}, 400),
        ({"conversations": ["a"], "review_status": "seen"}, 400),
        ({"conversations": ["a"], "add_tags": [{"id": 99}]}, 404),
        ({"conversations": [str(number) for number in range(1001)], "flag": True}, 400),
        ({"conversations": [str(number) for number in range(101)], "delete": True}, 400),
    ],
)
def test_a_wrong_request_changes_nothing(admin, talks, body, status):
    assert admin.post("/conversations/bulk", body | {"review_status": body.get("review_status")}).status == status
    assert admin.get("/conversations?is_flagged=true").json == []


def test_a_filter_is_saved_shared_changed_and_deleted(admin, annotator):
    made = admin.post("/conversationFilters", {"name": "Doubtful", "query": {"maximumConfidence": "0.5"}})

    assert made.status == 201
    assert made.json["query"] == {"maximumConfidence": "0.5"}
    assert annotator.get("/conversationFilters").json == []
    path = f"/conversationFilters/{made.json['id']}"
    assert annotator.delete(path).status == 404

    shared = {"name": "Very doubtful", "query": {"maximumConfidence": "0.2", "intent": "greet,bye"}, "shared": True}
    assert admin.put(path, shared).json["name"] == "Very doubtful"

    (seen,) = annotator.get("/conversationFilters").json
    assert (seen["username"], seen["is_own"], seen["query"]["intent"]) == ("ada", False, "greet,bye")
    assert annotator.put(path, shared).status == 403
    assert annotator.delete(path).status == 403
    assert admin.delete(path).status == 204
    assert admin.get("/conversationFilters").json == []


def test_a_name_is_taken_once_by_each_user(admin, annotator):
    one = {"name": "Mine", "query": {}}

    assert [admin.post("/conversationFilters", one).status for _ in range(2)] == [201, 409]
    assert annotator.post("/conversationFilters", one).status == 201
    other = admin.post("/conversationFilters", {**one, "name": "Other"}).json["id"]
    assert admin.put(f"/conversationFilters/{other}", one).status == 409


@pytest.mark.parametrize(
    ("query", "named"),
    [({"minimumConfidence": "2"}, "minimumConfidence"), ({"colour": "red"}, "colour"), ({"start": "soon"}, "start")],
)
def test_a_filter_that_the_list_would_refuse_is_refused(admin, query, named):
    reply = admin.post("/conversationFilters", {"name": "x", "query": query})

    assert reply.status == 400
    assert named in reply.json["message"]


def test_a_saved_filter_lists_what_it_says(admin, talks):
    query = admin.post("/conversationFilters", {"name": "x", "query": {"intent": "affirm"}}).json["query"]

    found = admin.get("/conversations?" + "&".join(f"{name}={value}" for name, value in query.items())).json

    assert [one["sender_id"] for one in found] == ["b"]
    assert found[0]["latest_event_time"] > NOON
