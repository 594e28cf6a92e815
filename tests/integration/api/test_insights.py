"""What the insights call counts, on conversations whose every number is known."""

from __future__ import annotations

import pytest

from parlance.domain.insights import trend
from tests.support import events as rasa
from tests.support.events import NOON
from tests.support.installation import logged_in

DAY = 86_400
PERIOD = f"start={NOON}&end={NOON + 4 * DAY}&window={DAY}"


def exchange(text: str, intent: str, at: float, **more):
    """One message and its answer; `does` is what happens between them."""
    heard = rasa.user(text, intent, at, confidence=more.get("sure", 0.9), input_channel=more.get("channel", "web"))
    heard["metadata"] = {"model_id": more.get("model", "m1")}
    action = rasa.action(more.get("action", "utter_ok"), at + 1)
    return [heard, action, *more.get("does", ()), rasa.bot("ok", at + 2), rasa.action("action_listen", at + 3)]


def told(sender: str, at: float, *exchanges):
    events = [*rasa.session(at), *(event for one in exchanges for event in one)]
    return rasa.turn(sender, int(at * 1000), events)


@pytest.fixture(scope="module")
def admin(shared_installation):
    """Four days: three people; one comes back, one is not understood, one is handed over to a human."""
    hour = 3600
    rasa.store(
        told("ann", NOON + hour, exchange("hi", "greet", NOON + hour + 10), exchange("bye", "bye", NOON + hour + 70)),
        told(
            "ben",
            NOON + 2 * hour,
            exchange("gibberish", "nlu_fallback", NOON + 2 * hour + 10, sure=0.3, action="action_default_fallback"),
            exchange("a human!", "human", NOON + 2 * hour + 40, action="action_human_handoff", channel="phone"),
        ),
    )
    rasa.store(
        told("ann", NOON + 2 * DAY + 60, exchange("/greet", "greet", NOON + 2 * DAY + 70, sure=1.0, model="m2")),
        told("cy", NOON + 3 * DAY, exchange("hi", "greet", NOON + 3 * DAY + 10, sure=0.5, model="m2")),
        told("late", NOON + 9 * DAY, exchange("hi", "greet", NOON + 9 * DAY + 10)),
        told("quiet", NOON + DAY),
    )
    return logged_in("ada", "admin")


@pytest.fixture(scope="module")
def found(admin):
    return admin.get(f"/insights?{PERIOD}").json


def test_bins_count_sessions_users_and_messages_exactly(found):
    assert found["series"]["sessions"] == [2, 0, 1, 1]
    assert found["series"]["users"] == [2, 0, 1, 1]
    assert found["series"]["new_users"] == [2, 0, 0, 1]
    assert found["series"]["user_messages"] == [4, 0, 1, 1]
    assert found["totals"]["users"] == 3
    assert found["totals"]["sessions"] == 4
    assert found["sample"] == 1.0


def test_a_fallback_counts_once_by_intent_or_action(found):
    assert found["series"]["fallback_rate"] == [0.25, None, 0.0, 0.0]
    assert found["totals"]["fallback_rate"] == pytest.approx(1 / 6)


def test_sessions_without_a_human_are_handled(found, admin):
    renamed = admin.get(f"/insights?{PERIOD}&handoff_actions=action_listen").json

    assert found["series"]["handled_rate"] == [0.5, None, 1.0, 1.0]
    assert found["totals"]["handled_rate"] == 0.75
    assert renamed["totals"]["handled_rate"] == 0.0


def test_intents_come_with_their_course(found):
    greet = found["intents"][0]

    assert (greet["name"], greet["messages"], greet["series"]) == ("greet", 3, [1, 0, 1, 1])
    assert greet["trend"] == 1.0


def test_confidence_leaves_out_what_buttons_send(found):
    assert found["series"]["confidence_median"] == [0.9, None, None, 0.5]
    assert found["totals"]["unsure_rate"] == 0.4


def test_drop_off_tells_how_far_sessions_went(found):
    assert found["drop_off"] == [4, 2]


def test_channels_and_models_stand_beside_each_other(found):
    channels = {row["name"]: row for row in found["channels"]}
    models = {row["model_id"]: row for row in found["models"]}

    assert (channels["web"]["messages"], channels["phone"]["handled_rate"]) == (5, 0.0)
    assert (models["m1"]["messages"], models["m2"]["sessions"]) == (4, 2)
    assert models["m2"]["name"] is None


def test_drop_off_by_channel_and_by_model_begins_with_their_sessions(found):
    channels = {row["name"]: row["drop_off"] for row in found["channels"]}
    models = {row["model_id"]: row["drop_off"] for row in found["models"]}

    assert channels == {"web": [4, 1], "phone": [1]}
    assert models == {"m1": [2, 2], "m2": [2]}
    assert all(row["drop_off"][0] == row["sessions"] for row in (*found["channels"], *found["models"]))


def test_the_contracts_series_are_the_same_numbers(admin):
    series = admin.get(f"/analytics?{PERIOD}").json

    assert series["bin_width"] == DAY
    assert series["bin_centers"][0] == NOON + DAY / 2
    assert series["conversations"] == [2, 0, 1, 1]
    assert series["total_messages"] == [8, 0, 2, 2]
    assert series["conversation_steps"] == [2, 0, 1, 1]
    assert series["sessions_per_user"] == [1, 0, 1, 1]
    assert len(admin.get(f"/analytics?start={NOON}&end={NOON + 5 * DAY}").json["bin_centers"]) == 10


def test_steps_tell_what_follows_what(admin):
    found = admin.get(f"/insights/steps?{PERIOD}").json["steps"]
    times = {(one["before"] and one["before"]["name"], one["name"]): one["times"] for one in found}

    assert times[None, "greet"] == 3
    assert times["greet", "utter_ok"] == 3
    assert times["utter_ok", "bye"] == 1
    assert times["action_default_fallback", "human"] == 1
    assert found[0]["before"] in (None, {"kind": "intent", "name": "greet"})


def test_an_empty_period_has_no_rates(admin):
    empty = admin.get("/insights?start=1000&end=2000").json

    assert empty["totals"]["fallback_rate"] is None
    assert empty["totals"]["sessions"] == 0
    assert empty["intents"] == empty["drop_off"] == []


@pytest.mark.parametrize("query", ["start=2000&end=1000", "start=0&end=9000000&window=60", "window=1"])
def test_a_period_that_makes_no_sense_is_refused(admin, query):
    assert admin.get(f"/insights?{query}").status == 400


def test_a_trend_compares_the_later_half_with_the_earlier():
    assert trend([1, 1, 9, 2, 1]) == 0.5
    assert trend([0, 4]) is None
