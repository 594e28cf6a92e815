"""A script that was written for Rasa X runs unchanged."""

import json
import subprocess
import sys
from pathlib import Path

from tests.integration.models.conftest import model_file
from tests.support import events
from tests.support.events import NOON
from tests.support.installation import PASSWORD

SCRIPT = Path(__file__).parents[2] / "data" / "rasa_x_script.py"


def test_a_script_for_rasa_x_reads_reviews_annotates_edits_and_serves_a_model(server, imported, admin, tmp_path):
    talk = [
        *events.session(NOON),
        events.user("well met, dear bot", "greet", NOON + 1),
        events.slot("name", "Ann", NOON + 2),
    ]
    events.store(events.turn("web-1", 1, talk))

    model = tmp_path / "20261122-101112.tar.gz"
    model.write_bytes(model_file(padding=10_000))

    done = subprocess.run(
        [sys.executable, str(SCRIPT), server.url, "ada", PASSWORD, str(model)],
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stderr
    seen = json.loads(done.stdout)
    assert (seen["user"], seen["conversations"], seen["total"]) == ("ada", ["web-1"], 1)
    assert {"rasa", "rasa-x"} <= set(seen["version"])
    assert seen["events"] == [event["event"] for event in talk]
    assert seen["slots"]["name"] == "Ann"
    assert (seen["reviewed"], seen["messages"]) == (["web-1"], ["well met, dear bot"])
    assert (seen["added"], seen["examples"]) == ("greet", ["hello my friend"])
    assert seen["domain"] is True
    assert ([tag["value"] for tag in seen["tagged"]], seen["tags"]) == (["vip"], ["vip"])
    assert (seen["by_tag"], seen["untagged"]) == (["web-1"], 204)
    assert (seen["uploaded"], seen["activated"]) == ([201, "20261122-101112"], 204)
    assert seen["models"] == [["20261122-101112", ["production"], "default"]]
    assert seen["downloaded"] == seen["served"] == model.stat().st_size
