"""A script that was written for Rasa X runs unchanged."""

import json
import subprocess
import sys
from pathlib import Path

from tests.support import events
from tests.support.events import NOON
from tests.support.installation import PASSWORD

SCRIPT = Path(__file__).parents[2] / "data" / "rasa_x_script.py"


def test_a_script_for_rasa_x_reads_reviews_annotates_and_edits(server, imported, admin):
    talk = [
        *events.session(NOON),
        events.user("well met, dear bot", "greet", NOON + 1),
        events.slot("name", "Ann", NOON + 2),
    ]
    events.store(events.turn("web-1", 1, talk))

    done = subprocess.run(
        [sys.executable, str(SCRIPT), server.url, "ada", PASSWORD], capture_output=True, text=True, check=False
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
