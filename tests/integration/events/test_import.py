"""The way of a bot's past: `rasa export` of a stock Rasa 3.6.21 lands every conversation, and twice changes nothing."""

import json
import os
import subprocess
from pathlib import Path

import pytest

from functions.events.app import handler
from tests.support import emulator, moodbot, reference

ROOT = Path(__file__).parents[3]
RASA = ROOT / ".venv-rasa" / "bin" / "python"
EVENTS = moodbot.events()[:700]
ENDPOINTS = """
tracker_store: {{type: SQL, dialect: sqlite, db: {folder}/rasa.db}}
event_broker: {{type: parlance_rasa.broker.TurnEventBroker, topic: "{topic}", spool: {folder}/spool}}
"""

pytestmark = pytest.mark.skipif(not RASA.exists(), reason="needs Rasa's environment: make install")


@pytest.fixture
def project(topic, tmp_path):
    """A folder with a stock Rasa's tracker store, filled by its own code, and the endpoints of an export."""
    (tmp_path / "endpoints.yml").write_text(ENDPOINTS.format(folder=tmp_path, topic=topic.topic))
    run([ROOT / "tests/support/stock_store.py", tmp_path / "rasa.db"], tmp_path, "\n".join(map(json.dumps, EVENTS)))
    return tmp_path


def run(arguments, folder, words="", **environment):
    environment = {**os.environ, "RASA_TELEMETRY_ENABLED": "false", **environment}
    done = subprocess.run(
        [RASA, *arguments], input=words, env=environment, cwd=folder, text=True, capture_output=True, check=False
    )
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]


def exported(project, cloud, topic):
    """Run `rasa export`, unchanged, and return what lies in the queue after it."""
    settings = {"PYTHONPATH": str(ROOT / "layers/rasa"), **emulator.environment(cloud)}
    run(["-m", "rasa", "export", "--endpoints", "endpoints.yml"], project, **settings)
    return topic.received()


def store(records):
    for start in range(0, len(records), 500):
        assert handler({"Records": records[start : start + 500]}, None) == {"batchItemFailures": []}


def test_an_export_lands_every_conversation_and_a_second_one_changes_nothing(project, cloud, topic, database):
    first = exported(project, cloud, topic)
    store(first)

    assert len(first) >= len(EVENTS)
    assert reference.stored(database) == reference.tables(list(EVENTS))

    second = exported(project, cloud, topic)
    store(second)

    assert len(second) >= len(EVENTS)
    assert reference.stored(database) == reference.tables(list(EVENTS))
