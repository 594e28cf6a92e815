"""Conversations that are led, watched and erased, on real Rasa."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import aiohttp
import pytest

from infra.local.api import RefusedError
from tests.e2e.installation import eventually

if TYPE_CHECKING:
    from tests.e2e.installation import Installation

pytestmark = pytest.mark.e2e

SAID = {
    "event": "user",
    "text": "greetings to you",
    "parse_data": {"intent": {"name": "greet", "confidence": 1.0}, "entities": [], "text": "greetings to you"},
    "metadata": {},
}


def names(tracker: dict[str, Any]) -> list[str]:
    return [event.get("name") or event["event"] for event in tracker["events"]]


def test_a_conversation_is_led_step_by_step_and_copied(installation: Installation):
    api = installation.log_in()
    begun = api.call("POST", "/api/conversations", {"sender_id": "e2e-led"})
    assert "action_session_start" in names(begun)

    api.call("POST", "/api/conversations/e2e-led/events", SAID)
    scores = api.call("POST", "/api/conversations/e2e-led/predict")["scores"]
    ran = api.call("POST", "/api/conversations/e2e-led/execute", {"name": "utter_greet"})

    assert max(scores, key=lambda score: score["score"])["action"] == "utter_greet"
    assert ran["messages"]
    led = eventually(
        lambda: (
            (seen := api.call("GET", "/api/conversations/e2e-led"))
            and {"user", "utter_greet"} < {*names(seen)}
            and seen
        )
    )
    assert (led["interactive"], led["created_by"]) == (True, installation.user)
    examples = api.call("GET", "/api/projects/default/training_examples?q=greetings%20to%20you")
    assert [one["intent"] for one in examples] == ["greet"]
    copy = api.call("POST", "/api/conversations", {"sender_id": "e2e-copy", "conversation_id_to_copy_from": "e2e-led"})
    assert "utter_greet" in names(copy)
    api.call("PUT", "/api/conversations/e2e-copy/events", [SAID])
    eventually(lambda: "restart" in names(api.call("GET", "/api/conversations/e2e-copy")))
    api.call("PUT", "/api/conversations/e2e-led/evaluation")
    judged = eventually(lambda: api.call("GET", "/api/conversations/e2e-led/evaluation"), within=900)
    assert judged["accuracy"] == 1.0, (judged, names(led))


def test_an_open_screen_is_told_of_what_is_said(installation: Installation):
    token = installation.log_in().token

    frames = asyncio.run(watched(installation, token))

    assert frames[0]["name"] == "connected"
    assert "e2e-watched" in [one["sender_id"] for one in frames[-1]["data"]["conversations"]]


async def watched(installation: Installation, token: str) -> list[dict[str, Any]]:
    """Connect through the front door, speak as a visitor, and return what came until that was told.

    Functions believe for two seconds that nobody listens: what is said that soon after the connection is not told.
    """
    url = installation.url.replace("http", "ws", 1) + "/api/ws"
    async with aiohttp.ClientSession() as session, session.ws_connect(url) as screen:
        await screen.send_json({"Authorization": f"Bearer {token}"})
        frames = [await screen.receive_json(timeout=180)]
        await asyncio.sleep(3)
        await asyncio.to_thread(installation.say, "e2e-watched", "hello")
        while "e2e-watched" not in str(frames[-1]):
            frames.append(await screen.receive_json(timeout=180))
    return frames


def test_an_erased_conversation_is_gone_from_rasa_too_and_begins_anew(installation: Installation):
    api = installation.log_in()
    installation.say("e2e-erased", "hello")
    eventually(lambda: api.call("GET", "/api/conversations/e2e-erased"))

    receipt = api.call("DELETE", "/api/conversations/e2e-erased")

    assert receipt["completed"] is True
    assert receipt["removed"]["tracker_events"] == receipt["removed"]["events"] > 0
    with pytest.raises(RefusedError) as refused:
        api.call("GET", "/api/conversations/e2e-erased")
    assert refused.value.status == 404
    installation.say("e2e-erased", "goodbye")
    again = eventually(lambda: api.call("GET", "/api/conversations/e2e-erased"))
    assert [event["text"] for event in again["events"] if event["event"] == "user"] == ["goodbye"]
