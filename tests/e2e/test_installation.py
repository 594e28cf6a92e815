"""What `make up` promises, on real Rasa: talk, see, review, train, roll out, stop, start. Tests run in this order."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.request import Request, urlopen

import psutil
import pytest

from benchmarks.talkers import Talkers
from infra.local.api import Api, RefusedError
from tests.e2e.installation import eventually
from tests.integration.models.conftest import model_file

if TYPE_CHECKING:
    from tests.e2e.installation import Installation

pytestmark = pytest.mark.e2e

OVER = ("succeeded", "failed", "cancelled", "lost")
MODELS = "/api/projects/default/models"
DIALOGUE = ["hello", "what are your opening hours?", "what is on the menu?", "no thanks", "goodbye"]
INTENTS = ["greet", "ask_hours", "ask_menu", "deny", "goodbye"]


def conversation(api: Api, name: str) -> dict:
    return api.call("GET", f"/api/conversations/{name}/tracker")


def intents(tracker: dict) -> list[str]:
    return [event["parse_data"]["intent"]["name"] for event in tracker["events"] if event["event"] == "user"]


def test_what_is_said_is_seen_read_and_reviewed(installation: Installation):
    api = installation.log_in()

    for text in DIALOGUE:
        assert installation.say("e2e-hours", text)

    tracker = eventually(
        lambda: (seen := conversation(api, "e2e-hours")) and len(intents(seen)) == len(DIALOGUE) and seen
    )
    assert intents(tracker) == INTENTS
    assert all(e["parse_data"]["intent"]["confidence"] > 0.4 for e in tracker["events"] if e["event"] == "user")
    assert "utter_hours" in [event.get("name") for event in tracker["events"] if event["event"] == "action"]
    listed = {row["sender_id"]: row for row in api.call("GET", "/api/conversations")}
    assert listed["e2e-hours"]["n_user_messages"] == len(DIALOGUE)
    assert listed["e2e-hours"]["review_status"] == "unread"
    api.call("PUT", "/api/conversations/e2e-hours/reviewStatus", {"review_status": "reviewed"})
    reviewed = api.call("GET", "/api/conversations?review_status=reviewed")
    assert [row["sender_id"] for row in reviewed] == ["e2e-hours"]


def test_a_form_and_a_custom_action_set_a_slot(installation: Installation):
    api = installation.log_in()
    installation.say("e2e-table", "I want to book a table")
    installation.say("e2e-table", '/inform{"party_size": "4"}')

    answer = installation.say("e2e-table", '/inform{"time": "7 pm"}')

    assert answer == ["Done: the round table for 4 at 7 pm. We look forward to seeing you!"]
    slots = eventually(lambda: [e for e in conversation(api, "e2e-table")["events"] if e.get("name") == "table"])
    assert slots[-1]["value"] == "the round table"


def test_the_rasa_channel_takes_our_token_and_refuses_a_forged_one(installation: Installation):
    api = installation.log_in()

    answers = api.call("POST", "/api/chat", {"message": "are you a bot?"})

    assert [answer["text"] for answer in answers] == ["I am a bot, built with Rasa Open Source."]
    header, payload, _ = api.token.split(".")
    with pytest.raises(RefusedError) as refused:
        Api(installation.url, f"{header}.{payload}.AAAA").call("POST", "/webhooks/rasa/webhook", {"message": "hi"})
    assert refused.value.status in (401, 403)


def test_smoke_passes_and_says_how_long_a_message_takes(installation: Installation):
    ran = installation.make("smoke")

    assert ran.code == 0, ran.text
    assert re.search(r"message -> visible p50/p95 seconds: *\d+\.\d+ */ *\d+\.\d+", ran.text), ran.text


def test_a_new_production_model_goes_live_by_itself(installation: Installation):
    api = installation.log_in()
    before = api.call("GET", MODELS)
    files = api.call("GET", "/api/projects/default/files")["files"]
    files["domain.yml"] = files["domain.yml"].replace("Goodbye, and see you soon.", "Farewell.")
    api.call("PUT", "/api/projects/default/files", {"files": files})

    job = api.call("POST", f"{MODELS}/jobs", {})
    done = eventually(lambda: (seen := api.call("GET", f"/api/jobs/{job['id']}"))["state"] in OVER and seen, within=900)
    assert done["state"] == "succeeded", done
    fresh = [model for model in api.call("GET", MODELS) if model["model"] not in {old["model"] for old in before}]
    assert len(fresh) == 1
    assert installation.say("e2e-old", "bye") == ["Goodbye, and see you soon."]
    with Talkers(installation.url, ["hello"], people=1) as talkers:
        api.call("PUT", f"{MODELS}/{fresh[0]['model']}/tags/production")
        eventually(lambda: installation.say("e2e-new", "bye") == ["Farewell."], within=900)

    assert all(turn.is_answered for turn in talkers.turns)


def test_a_model_that_rasa_cannot_load_loses_its_tag_and_the_old_one_goes_on(installation: Installation):
    api = installation.log_in()
    (served,) = api.call("GET", f"{MODELS}?tag=production")
    place = api.call("POST", f"{MODELS}/uploads", {"size": len(body := model_file())})
    urlopen(Request(place["url"], body, method=place["method"])).close()
    api.call("PUT", f"{MODELS}/uploads/{place['upload']}", {"name": "broken"})

    with Talkers(installation.url, ["hello"], people=1) as talkers:
        api.call("PUT", f"{MODELS}/broken/tags/production")
        eventually(lambda: api.call("GET", f"{MODELS}?tag=production")[0]["model"] == served["model"])

    assert all(turn.is_answered for turn in talkers.turns)
    newest = api.call("GET", f"{MODELS}/tags/production/history")[0]
    assert (newest["cause"], newest["previous"], newest["by"]) == ("refused", "broken", "rasa")
    assert installation.say("e2e-new", "bye") == ["Farewell."]


def test_everything_listens_on_loopback_only(installation: Installation):
    for process in installation.processes():
        for connection in process.net_connections():
            if connection.status == psutil.CONN_LISTEN:
                assert connection.laddr.ip in ("127.0.0.1", "::1"), (process.cmdline(), connection)


def test_no_secret_is_in_a_command_line_or_a_log(installation: Installation):
    secrets = [installation.password, installation.log_in().token]
    secrets += [
        found
        for path in installation.state.glob("*.json")
        if path.stat().st_mode & 0o077 == 0
        for found in re.findall(r'"password": ?"([^"]+)"', path.read_text())
    ]
    assert len(secrets) > 2

    seen = subprocess.run(["ps", "-eo", "args"], capture_output=True, text=True, check=True).stdout
    logs = "".join(
        path.read_text(errors="replace") for path in (installation.state / "logs").rglob("*") if path.is_file()
    )

    assert not [secret for secret in secrets if secret in seen]
    assert not [secret for secret in secrets if secret in logs]


def test_secrets_of_the_installation_are_its_owners_alone(installation: Installation):
    assert Path(installation.state).stat().st_mode & 0o077 == 0


def test_stopped_and_started_again_nothing_is_lost_and_nothing_is_left(installation: Installation):
    before = installation.log_in()
    models, events = before.call("GET", MODELS), conversation(before, "e2e-hours")["events"]
    user, password = installation.user, installation.password

    down = installation.make("down")
    left = [process.cmdline() for process in installation.processes()]
    up = installation.up()

    assert down.code == 0, down.text
    assert left == []
    assert up.code == 0, up.text
    assert (installation.user, installation.password) == (user, password)
    after = installation.log_in()
    assert after.call("GET", MODELS) == models
    assert conversation(after, "e2e-hours")["events"] == events
    assert installation.say("e2e-new", "bye") == ["Farewell."]
    assert after.call("GET", "/api/conversations?review_status=reviewed")[0]["sender_id"] == "e2e-hours"
