"""Conversations as stories on a real model: what Rasa says of each, and one that the model cannot hold."""

import json

import pytest
from support.models import small_model

from parlance_rasa.tasks import conversations

STORY = 'version: "3.1"\nstories:\n- story: "c"\n  steps:\n  - intent: "greet"\n  - action: "%s"\n'


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("conversations")
    small_model(folder, "Hi")
    next((folder / "models").glob("*.tar.gz")).rename(folder / "model.tar.gz")
    return folder


def test_each_is_judged_by_the_model_and_one_that_it_cannot_hold_is_refused(folder, monkeypatch, capfd):
    monkeypatch.chdir(folder)
    told = [{"sender_id": name, "at": 1.5, "story": STORY % name} for name in ("utter_greet", "utter_nothing")]
    told.append({"sender_id": "broken", "at": 1.5, "story": "stories: ["})
    (folder / "stories.json").write_text(json.dumps(told))

    assert conversations.child("stories.json") == 0

    right, wrong, broken = json.loads((folder / "report.json").read_text())
    assert (right["sender_id"], right["at"], right["result"]["accuracy"]) == ("utter_greet", 1.5, 1.0)
    assert [step["predicted"] for step in right["result"]["actions"]] == ["utter_greet", "action_listen"]
    assert wrong["result"].get("accuracy") != 1.0
    assert "refused" in broken["result"]
    assert "[debug" not in capfd.readouterr().out
