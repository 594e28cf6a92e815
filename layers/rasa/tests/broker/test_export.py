"""`rasa export`, unchanged, from a stock SQL tracker store through our broker."""

import os
import subprocess
import sys

from rasa.core.tracker_store import SQLTrackerStore
from support.emulator import TOPIC
from support.postgres import ROOT
from support.talking import DOMAIN, as_dicts, talk, turn

ENDPOINTS = """
tracker_store: {type: SQL, dialect: sqlite, db: %s}
event_broker: {type: parlance_rasa.broker.TurnEventBroker, topic: "%s", spool: %s}
"""


def test_rasa_export_lands_every_event(emulator, tmp_path, run):
    store = SQLTrackerStore(DOMAIN, db=str(tmp_path / "rasa.db"))
    trackers = [run(talk(store, "conversation-%d" % number, *turn("hi"), *turn("again"))) for number in range(30)]
    (tmp_path / "endpoints.yml").write_text(ENDPOINTS % (tmp_path / "rasa.db", TOPIC, tmp_path / "spool"))

    aws = {"AWS_ENDPOINT_URL": emulator.url, "AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test"}
    environment = dict(os.environ, PYTHONPATH=os.path.join(ROOT, "layers/rasa"), RASA_TELEMETRY_ENABLED="false", **aws)
    command = [sys.executable, "-m", "rasa", "export", "--endpoints", "endpoints.yml"]
    done = subprocess.run(command, env=environment, cwd=str(tmp_path), capture_output=True, timeout=300, check=False)

    assert done.returncode == 0, (done.stdout + done.stderr).decode()
    expected = [dict(event, sender_id=tracker.sender_id) for tracker in trackers for event in as_dicts(tracker)]
    assert identities(body for body, _ in emulator.messages(len(expected))) == identities(expected)


def identities(events):
    return sorted((event["sender_id"], event["timestamp"], event["event"], event.get("text")) for event in events)
