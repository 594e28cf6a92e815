"""Rows 30-64: conversations, what was said in them, interactive learning, menus, tags, statistics, tests."""

from __future__ import annotations

from tests.contract.rows.calling import COUNTED, NOTHING, YAML, row
from tests.support.events import NOON

CONVERSATION = {
    "sender_id", "sender_name", "latest_event_time", "latest_input_channel", "intents", "actions", "policies",
    "minimum_action_confidence", "maximum_action_confidence", "minimum_intent_confidence", "maximum_intent_confidence",
    "in_training_data", "review_status", "n_user_messages", "has_flagged_messages", "corrected_messages", "interactive",
    "tags", "created_by",
}  # fmt: skip
TRACKER = {"sender_id", "events", "slots", "latest_event_time", "latest_message", "paused"}
TAG = {"id", "value", "color", "conversations"}
ALL_FILTERS = (
    f"start={NOON - 9}&until={NOON + 999}&minimumConfidence=0&maximumConfidence=1&minimumNluConfidence=0"
    "&maximumNluConfidence=1&minimumUserMessages=1&policies=RulePolicy,TEDPolicy&intent=greet,affirm&entity=city"
    "&action=utter_greet,utter_ok&text=sure&is_flagged=true&tags_any={tag}&slots=city:Oslo&input_channels=rest"
    "&review_status=reviewed&in_training_data=true&interactive=true&rasa_environment=production&exclude_self=true"
    "&sort_by_latest_event_time=true&sort_by_confidence=false&limit=10&offset=0"
)
TEST = "stories:\n- story: greets\n  steps:\n  - user: |\n      hello\n    intent: greet\n  - action: utter_greet\n"
ENDED = {"event": "action", "name": "action_listen"}
FULL = f"until={NOON + 999}&since=0&rasa_environment=production&history=true&exclude_leading_action_session_start=true"
TAGS = {"tag": lambda reply: reply.json[0]["id"]}
A_FILE = {"Content-Disposition": "attachment; .*"}

# fmt: off
ROWS = (
    row(58, "POST /conversations/b/tags", 201, [TAG], json=[{"value": "vip", "color": "00ff00"}], keep=TAGS),
    row(58, "POST /conversations/a/tags", 201, [TAG], json=lambda known: [{"id": known["tag"]}]),
    row(60, "GET /conversations/b/tags", 200, [TAG]),
    row(61, "GET /conversations/tags", 200, [TAG]),
    row(30, "GET /conversations", 200, [CONVERSATION], headers=COUNTED),
    row(30, f"GET /conversations?{ALL_FILTERS}", 200, list, headers={"X-Total-Count": "0"}),
    row(30, "GET /conversations?tags_any={tag}&limit=1&offset=1", 200, [CONVERSATION], headers={"X-Total-Count": "2"}),
    row(30, "GET /conversations?api_token={api_token}", 200, [CONVERSATION], who="nobody"),
    row(30, "GET /conversations?fields[sender_id]=true", 200, [{"sender_id"}]),
    row(33, f"GET /conversations/a/tracker?{FULL}", 200, TRACKER),
    row(33, "GET /conversations/a/tracker", 200, "text/markdown", sent={"Accept": "text/markdown"}, headers=A_FILE),
    row(33, "GET /conversations/a/tracker", 200, TRACKER, sent={"Accept": "application/json"}, headers=A_FILE),
    row(33, "GET /conversations/none/tracker", 404, {"status", "reason"}),
    row(35, f"GET /conversations/a/messages?until={NOON + 9}&history=true", 200, TRACKER | {"messages"},
        headers=COUNTED),
    row(34, "PUT /conversations/a/reviewStatus", 204, NOTHING, json={"review_status": "saved_for_later"}),
    row(34, "PUT /conversations/a/reviewStatus", 400, {"status", "reason"}, json={"review_status": "lost"}),
    row(42, f"PUT /conversations/a/messages/{NOON + 1}/flag", 201, NOTHING),
    row(43, f"DELETE /conversations/a/messages/{NOON + 1}/flag", 200, NOTHING),
    row(44, f"PUT /conversations/a/messages/{NOON + 1}/intent?project_id=default", 200, dict,
        json={"intent": "affirm", "mapped_to": "affirm", "user_goal": "none"}),
    row(45, f"DELETE /conversations/a/messages/{NOON + 1}/intent?project_id=default", 204, NOTHING),
    row(31, "POST /conversations", 201, TRACKER & {"sender_id", "events"}, json={"sender_id": "new"}),
    row(31, "POST /conversations", 201, {"sender_id"}, json={"conversation_id_to_copy_from": "a", "until": NOON + 2}),
    row(31, "POST /conversations", 404, {"status", "reason"}, json={"conversation_id_to_copy_from": "none"}),
    row(36, "POST /conversations/a/messages", 200, [{"recipient_id", "text"}], json={"message": "hello"}),
    row(37, "POST /chat?environment=production", 200, [{"recipient_id", "text"}], json={"message": "hello"}),
    row(38, "POST /conversations/a/events", 200, {"event"}, json=ENDED),
    row(39, "PUT /conversations/a/events", 200, [{"event"}], json=[ENDED]),
    row(40, "POST /conversations/a/predict?include_events=ALL", 200, {"scores", "policy", "confidence"}),
    row(41, "POST /conversations/a/execute", 200, {"tracker", "messages"},
        json={"name": "utter_greet", "policy": "RulePolicy", "confidence": 1.0}),
    *(row(number, f"GET /{path}", 200, [str], headers=COUNTED) for number, path in {
        51: "conversationActions", 52: "conversationIntents", 53: "conversationEntities", 54: "conversationPolicies",
        55: "conversations/slotNames", 56: "conversations/slotValues?slot=city&q=os", 57: "conversations/inputChannels",
    }.items()),
    row(63, "GET /statistics", 200,
        {"user_messages", "bot_messages", "top_intents", "top_actions", "top_entities", "top_policies"}),
    row(64, "POST /tests", 201, [dict], body=TEST, sent=YAML),
    row(59, "DELETE /conversations/b/tags/{tag}", 204, NOTHING),
    row(62, "DELETE /conversations/tags/{tag}", 204, NOTHING),
    row(32, "DELETE /conversations/b", 200, {"removed", "not_removed"}),
    row(32, "DELETE /conversations/none", 404, {"status", "reason"}),
)
# fmt: on
