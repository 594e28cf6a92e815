"""The list of conversations, one conversation, and its review."""

from __future__ import annotations

import pytest

from tests.support import events as rasa
from tests.support.events import NOON, greeting


@pytest.fixture
def three(installation):
    rasa.store(*rasa.three())


def ids(reply):
    assert reply.status == 200, reply.text
    return [row["sender_id"] for row in reply.json]


def test_newest_conversations_come_first_with_their_facts(admin, three):
    reply = admin.get("/conversations")

    assert ids(reply) == ["c", "b", "a"]
    assert reply.total == 3
    b = reply.json[1]
    assert b["latest_event_time"] == NOON + 103
    assert b["latest_input_channel"] == "socketio"
    assert b["intents"] == ["affirm"]
    assert b["entities"] == ["city"]
    assert "utter_ok" in b["actions"]
    assert "TEDPolicy" in b["policies"]
    assert b["minimum_action_confidence"] == 0.3
    assert b["minimum_intent_confidence"] == 0.4
    assert b["n_user_messages"] == 1
    assert b["review_status"] == "unread"
    assert b["latest_user_message"] == "100%_sure"
    assert b["tags"] == b["corrected_messages"] == []
    assert b["has_flagged_messages"] is b["interactive"] is False


def test_the_channel_is_rasa_until_a_message_names_one(admin, three):
    rasa.store(rasa.turn("silent", 1, rasa.session(NOON)))

    assert admin.get("/conversations?input_channels=rasa").json[0]["latest_input_channel"] == "rasa"
    assert admin.get("/conversations/silent").json["latest_input_channel"] == "rasa"
    assert ids(admin.get("/conversations?input_channels=rasa")) == ["silent"]
    assert ids(admin.get("/conversations?input_channels=socketio,rasa")) == ["b", "silent"]

    rasa.store(greeting("silent", NOON + 1, channel="phone"))
    assert ids(admin.get("/conversations?input_channels=rasa")) == []
    assert ids(admin.get("/conversations?input_channels=phone")) == ["silent"]


@pytest.mark.parametrize("order", ["", "&sort_by_confidence=true", "&sort_order=asc"])
def test_pages_by_cursor_meet_every_conversation_once(admin, installation, order):
    rasa.store(*(greeting(f"s{n}", NOON + n // 2, action_confidence=(n % 3) / 4) for n in range(7)))
    whole = ids(admin.get(f"/conversations?{order}"))

    met, cursor = [], ""
    for _ in range(10):
        reply = admin.get(f"/conversations?limit=2{order}{cursor}")
        met += ids(reply)
        if "X-Next-Cursor" not in reply.headers:
            break
        cursor = f"&cursor={reply.headers['X-Next-Cursor']}"

    assert met == whole
    assert len(met) == 7


def test_a_cursor_of_another_order_is_refused(admin, three):
    cursor = admin.get("/conversations?limit=1").headers["X-Next-Cursor"]

    assert admin.get(f"/conversations?sort_by_confidence=true&cursor={cursor}").status == 400


def test_the_tracker_holds_rasas_own_events_in_order_and_the_state(admin, three):
    tracker = admin.get("/conversations/a/tracker").json

    assert [event["event"] for event in tracker["events"]] == [
        "action",
        "session_started",
        "action",
        "user",
        "slot",
        "action",
        "bot",
        "action",
    ]
    said = tracker["events"][3]
    assert said["parse_data"]["intent"] == {"name": "greet", "confidence": 0.9}
    assert said["metadata"]["model_id"] == "m1"
    assert said["metadata"]["parlance_turn"] == int(NOON * 1000)
    assert said["metadata"]["rasa_x_flagged"] is said["is_flagged"] is False
    assert "sender_id" not in said
    assert tracker["sender_id"] == "a"
    assert tracker["slots"] == {"city": "Oslo"}
    assert tracker["latest_message"]["intent"]["name"] == "greet"
    assert tracker["latest_action_name"] == "action_listen"
    assert tracker["latest_event_time"] == NOON + 3
    assert tracker["latest_input_channel"] == "rest"


def test_turns_stand_in_the_order_of_the_lock_whatever_order_they_came_in(admin, installation):
    first = rasa.turn("x", 1000, [rasa.user("one", "a", NOON), rasa.bot("1", NOON + 5)])
    second = rasa.turn("x", 2000, [rasa.user("two", "a", NOON + 6), rasa.bot("2", NOON + 7)], prev_turn=1000)
    rasa.store(second)
    rasa.store(first)

    assert [message["text"] for message in admin.get("/conversations/x/messages").json["messages"]] == [
        "one",
        "1",
        "two",
        "2",
    ]


def test_since_and_until_cut_the_events(admin, three):
    reply = admin.get(f"/conversations/a/tracker?since={NOON + 1}&until={NOON + 2}").json

    assert [event["event"] for event in reply["events"]] == ["slot", "action"]
    assert reply["latest_action_name"] == "utter_greet"


def test_history_false_shows_the_last_session_only(admin, installation):
    rasa.store(greeting("a", NOON), greeting("a", NOON + 5000))

    reply = admin.get("/conversations/a/tracker?history=false&exclude_leading_action_session_start=true").json

    assert reply["events"][0]["event"] == "session_started"
    assert reply["events"][0]["timestamp"] > NOON + 4999


def test_the_detail_is_facts_and_tracker_in_one(admin, three):
    detail = admin.get("/conversations/b?format=full_conversation&since=0&environment=production").json

    assert detail["review_status"] == "unread"
    assert detail["intents"] == ["affirm"]
    assert len(detail["events"]) == 7


def test_messages_are_what_was_said(admin, three):
    reply = admin.get("/conversations/b/messages")

    assert reply.total == 2
    assert [(said["type"], said["text"]) for said in reply.json["messages"]] == [("user", "100%_sure"), ("bot", "Hey!")]
    assert reply.json["messages"][0]["intent"] == {"name": "affirm", "confidence": 0.4}


def test_a_conversation_downloads_as_json_yaml_and_markdown(admin, three):
    as_json = admin.get("/conversations/b/tracker", headers={"Accept": "application/json"})
    as_yaml = admin.get("/conversations/b/tracker", headers={"Accept": "application/yaml"})
    as_markdown = admin.get("/conversations/b/tracker", headers={"Accept": "text/markdown"})

    assert as_json.headers["Content-Disposition"] == 'attachment; filename="b.json"'
    assert '- intent: "affirm"' in as_yaml.text
    assert '- action: "utter_ok"' in as_yaml.text
    assert as_markdown.text == '## b\n* affirm{"city": "Rome"}\n    - utter_ok\n'


def test_review_status_is_kept_and_filtered(admin, three):
    assert admin.put("/conversations/b/reviewStatus", {"review_status": "reviewed"}).status == 204
    assert admin.put("/conversations/b/reviewStatus", {"review_status": "reviewed"}).status == 204

    assert ids(admin.get("/conversations?review_status=reviewed")) == ["b"]
    assert admin.get("/conversations/b").json["review_status"] == "reviewed"


def test_a_wrong_review_status_and_an_unknown_conversation_are_refused(admin, three):
    assert admin.put("/conversations/b/reviewStatus", {"review_status": "lost"}).status == 400
    for reply in (
        admin.put("/conversations/zzz/reviewStatus", {"review_status": "reviewed"}),
        admin.get("/conversations/zzz"),
        admin.get("/conversations/zzz/tracker"),
        admin.get("/conversations/zzz/messages"),
    ):
        assert reply.status == 404
        assert reply.json["reason"] == "ConversationNotFound"


def test_others_see_only_what_is_theirs(annotator, tester, three, installation):
    rasa.store(greeting("anna", NOON + 300), greeting("started", NOON + 400))
    installation.rows("UPDATE conversations SET created_by = 'anna' WHERE sender_id = 'started'")

    assert ids(annotator.get("/conversations")) == ["started", "anna"]
    assert annotator.get("/conversations").total == 2
    assert annotator.get("/conversations/a").status == 404
    assert annotator.get("/conversationIntents").json == ["greet"]
    assert tester.get("/conversations").status == 403
    assert tester.get("/conversations/started").status == 404


def test_menus_offer_what_was_seen(admin, three):
    assert admin.get("/conversationIntents").json == ["affirm", "greet"]
    assert admin.get("/conversationIntents").total == 2
    assert admin.get("/conversationEntities").json == ["city"]
    assert "utter_ok" in admin.get("/conversationActions").json
    assert "TEDPolicy" in admin.get("/conversationPolicies").json
    assert admin.get("/conversations/inputChannels").json == ["facebook", "rest", "socketio"]
    assert admin.get("/conversations/models").json == [{"model_id": "m1", "name": None}]
    assert admin.get("/conversations/slotNames").json == ["city"]
    assert admin.get("/conversations/slotValues?slot=city&q=os").json == ['"Oslo"']


def test_statistics_count_for_admins_and_show_nothing_to_others(admin, annotator, three):
    found = admin.get("/statistics").json

    assert found["user_messages"] == found["bot_messages"] == 3
    assert found["top_intents"] == ["greet", "affirm"]
    assert annotator.get("/statistics").json["user_messages"] == 0


def told(sender, *events):
    return rasa.turn(sender, int(NOON * 1000), list(events))


def without_session(sender):
    """A conversation of which only slots have been told: nothing opened a session."""
    return told(sender, rasa.slot("city", "Oslo", NOON))


def test_training_data_filter_agrees_with_every_row(installation, admin):
    rasa.store(
        greeting("new", NOON),
        without_session("slots only"),
        told("opened", *rasa.session(NOON)),
        told("known", rasa.action("utter_greet", NOON, policy="MemoizationPolicy")),
        told("bot only", rasa.bot("hi", NOON)),
    )
    installation.rows("INSERT INTO conversations (sender_id) VALUES ('claimed')")

    rows = admin.get("/conversations").json

    left = {row["sender_id"] for row in rows if not row["in_training_data"]}
    assert left == {"new", "slots only", "opened", "bot only", "claimed"}
    assert {row["sender_id"] for row in admin.get("/conversations?in_training_data=false").json} == left
