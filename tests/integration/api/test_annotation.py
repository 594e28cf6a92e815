"""Flags, corrections and tags."""

from __future__ import annotations

import pytest

from tests.support import events as rasa

NOON = 1_800_000_000.123456
SAID = repr(NOON + 1)


@pytest.fixture
def talk(installation):
    rasa.store(rasa.turn("a", 1, [*rasa.session(NOON), rasa.user("hi", "greet", NOON + 1), rasa.bot("Hey", NOON + 2)]))


def test_a_flag_shows_in_list_event_and_filter_until_it_is_taken_off(admin, talk):
    for _ in range(2):
        assert admin.put(f"/conversations/a/messages/{SAID}/flag").status == 201

    assert admin.get("/conversations?is_flagged=true").json[0]["has_flagged_messages"] is True
    said = admin.get("/conversations/a/tracker").json["events"][3]
    assert said["is_flagged"] is said["metadata"]["rasa_x_flagged"] is True
    assert admin.get("/conversations/a/messages").json["messages"][0]["is_flagged"] is True

    assert admin.delete(f"/conversations/a/messages/{SAID}/flag").status == 200
    assert admin.get("/conversations?is_flagged=true").json == []


def test_a_correction_shows_in_list_and_event_until_it_is_taken_back(admin, talk):
    for intent in ("bye", "thanks"):
        assert admin.put(f"/conversations/a/messages/{SAID}/intent", {"intent": intent}).status == 200

    listed = admin.get("/conversations").json[0]["corrected_messages"]
    assert listed == [{"message_timestamp": NOON + 1, "intent": "thanks"}]
    said = admin.get("/conversations/a/tracker").json["events"][3]
    assert said["metadata"]["parlance_corrected_intent"] == "thanks"
    assert said["parse_data"]["intent"]["name"] == "greet"

    assert admin.delete(f"/conversations/a/messages/{SAID}/intent").status == 204
    assert admin.get("/conversations").json[0]["corrected_messages"] == []


def test_a_correction_makes_an_example_and_taking_it_back_removes_it(admin, installation):
    at = NOON + 1
    message = rasa.user("fly to Oslo today", "greet", at)
    message["parse_data"]["entities"] = [
        {"start": 7, "end": 11, "value": "Oslo", "entity": "city", "extractor": "DIETClassifier"},
        {"start": 12, "end": 17, "value": "2026-01-01", "entity": "time", "extractor": "DucklingEntityExtractor"},
    ]
    rasa.store(rasa.turn("a", 1, [*rasa.session(NOON), message, rasa.user("/restart", "restart", NOON + 2)]))
    path = f"/conversations/a/messages/{at!r}/intent"

    assert admin.put(path, {"intent": "fly", "user_goal": "travel"}).status == 200

    (example,) = admin.get("/projects/default/training_examples").json
    assert (example["text"], example["intent"]) == ("fly to Oslo today", "fly")
    assert [(entity["entity"], entity["start"]) for entity in example["entities"]] == [("city", 7)]
    assert admin.get("/projects/default/logs").json == []
    assert admin.get("/projects/default/userGoals").json == [{"name": "travel", "intents": ["fly"]}]
    assert admin.get("/projects/default/intents").json[0]["user_goal"] == "travel"
    assert admin.put(f"/conversations/a/messages/{NOON + 2!r}/intent", {"intent": "fly"}).status == 200
    assert admin.put(path, {"intent": "travel"}).status == 200
    assert [one["intent"] for one in admin.get("/projects/default/training_examples").json] == ["travel"]

    assert admin.delete(path).status == 204

    assert admin.get("/projects/default/training_examples").json == []
    assert admin.get("/projects/default/logs").json[0]["user_input"]["text"] == "fly to Oslo today"


def test_an_example_that_somebody_gave_another_intent_since_stays(admin, talk):
    admin.put(f"/conversations/a/messages/{SAID}/intent", {"intent": "bye"})
    admin.post("/projects/default/training_examples", {"text": "hi", "intent": "hello"})

    admin.delete(f"/conversations/a/messages/{SAID}/intent")

    assert [one["intent"] for one in admin.get("/projects/default/training_examples").json] == ["hello"]


def test_user_goals_are_made_given_and_removed(admin):
    goals = "/projects/default/userGoals"

    assert [admin.post(goals, {"name": "travel"}).status for _ in range(2)] == [201, 409]
    assert (
        admin.post("/projects/default/intents", {"intent": "fly", "user_goal": "travel"}).json["user_goal"] == "travel"
    )
    assert admin.put("/projects/default/intents/fly", {"user_goal": "leave"}).json["user_goal"] == "leave"
    assert admin.get(goals).json == [{"name": "leave", "intents": ["fly"]}, {"name": "travel", "intents": []}]

    assert [admin.delete(f"{goals}/leave").status for _ in range(2)] == [204, 404]
    assert admin.get("/projects/default/intents").json[0]["user_goal"] is None


@pytest.mark.parametrize(("timestamp", "status"), [("1.5", 404), (repr(NOON), 404), ("noon", 400), ("nan", 404)])
def test_only_a_message_of_the_conversation_can_be_flagged(admin, talk, timestamp, status):
    assert admin.put(f"/conversations/a/messages/{timestamp}/flag").status == status
    assert admin.put(f"/conversations/a/messages/{timestamp}/intent", {"intent": "x"}).status == status


def test_tags_are_made_assigned_found_and_taken_off(admin, talk):
    made = admin.post(
        "/conversations/a/tags", [{"value": "odd", "color": "FF00aa"}, {"value": "new", "color": "#000000"}]
    )

    assert made.status == 201
    new, odd = made.json
    assert (odd["value"], odd["color"], odd["conversations"]) == ("odd", "ff00aa", ["a"])
    assert admin.get("/conversations").json[0]["tags"] == sorted([odd["id"], new["id"]])
    assert admin.get(f"/conversations?tags_any={odd['id']},999").total == 1
    assert admin.delete(f"/conversations/a/tags/{odd['id']}").status == 204
    assert [tag["value"] for tag in admin.get("/conversations/a/tags").json] == ["new"]
    assert admin.get("/conversations/tags").json[1] == {**odd, "conversations": [], "count": 0}


def test_a_known_tag_is_assigned_by_id_or_value_and_not_made_again(admin, talk):
    tag = admin.post("/conversations/a/tags", [{"value": "odd", "color": "ff00aa"}]).json[0]
    admin.delete(f"/conversations/a/tags/{tag['id']}")

    by_id = admin.post("/conversations/a/tags", [{"id": tag["id"]}]).json
    by_value = admin.post("/conversations/a/tags", [{"value": "odd", "color": "00ff00"}]).json

    assert by_id == by_value == [tag]


def test_a_deleted_tag_is_gone_everywhere(admin, talk):
    tag = admin.post("/conversations/a/tags", [{"value": "odd", "color": "ff00aa"}]).json[0]

    assert admin.delete(f"/conversations/tags/{tag['id']}").status == 204
    assert admin.get("/conversations").json[0]["tags"] == []
    assert admin.delete(f"/conversations/tags/{tag['id']}").status == 404


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ([{"id": 4711}], 404),
        ([{"value": "x"}], 400),
        ([{}], 400),
        ([{"value": "x", "color": "red"}], 400),
        ([{"value": "", "color": "ffffff"}], 400),
        ({"value": "x", "color": "ffffff"}, 400),
        ([{"value": "x", "color": "ffffff"}, {"value": "x", "color": "000000"}], 400),
    ],
)
def test_a_wrong_tag_is_refused_and_nothing_is_made(admin, talk, body, status):
    assert admin.post("/conversations/a/tags", body).status == status
    assert admin.get("/conversations/tags").json == []


@pytest.mark.parametrize("tag", ["x", "999", "99999999999999", "-1", "\u0661"])
def test_an_unknown_tag_is_not_found(admin, talk, tag):
    from urllib.parse import quote

    assert admin.delete(f"/conversations/a/tags/{quote(tag)}").status == 404
    assert admin.delete(f"/conversations/tags/{quote(tag)}").status == 404
