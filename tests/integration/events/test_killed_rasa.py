"""Rasa is killed around save and publish: after the sweeper its store and ours agree, and nobody tells of ghosts."""

import json
import os
import subprocess
import time
from pathlib import Path

import pytest

from functions.events.app import handler as consume
from functions.sweep.app import handler as sweep
from tests.support import emulator, reference

ROOT = Path(__file__).parents[3]
RASA = ROOT / ".venv-rasa" / "bin" / "python"
FOLDERS = ("layers/rasa", "layers/rasa/tests")
TOLD = """
SELECT told.sender_id, told.turn, whole.prev_turn, whole.overlap, json_agg(told.data::json ORDER BY told.idx)::text
FROM parlance_events AS told JOIN parlance_turns AS whole USING (sender_id, turn) GROUP BY 1, 2, 3, 4
"""
CONNECTIONS = "SELECT FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"

pytestmark = pytest.mark.skipif(not RASA.exists(), reason="needs Rasa's environment: make install")


@pytest.fixture
def dead(tracker, topic, cloud, tmp_path, prove):
    """Rasa's tracker database and our queue as the last of many killed lives left them."""
    talk_and_die(tracker, topic.topic, cloud, (tmp_path, 60 if prove else 10))
    await_last_commit(tracker)
    return tracker


def talk_and_die(tracker, topic, cloud, lives):
    folder, kills = lives
    secret = tracker.server.secret(tracker.name)
    database = {key: secret[key] for key in ("host", "port", "username", "password")} | {"db": secret["dbname"]}
    plan = {"database": database, "topic": topic, "spool": str(folder / "spool"), "kills": kills, "seed": 3}
    path = os.pathsep.join(str(ROOT / name) for name in FOLDERS)
    environment = {**os.environ, **emulator.environment(cloud), "PYTHONPATH": path}
    command = [RASA, "-W", "ignore", ROOT / "tests/support/mortal_rasa.py", json.dumps(plan)]
    done = subprocess.run(command, env=environment, text=True, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr[-2000:]


def await_last_commit(tracker):
    """Wait until the server knows that its clients are dead: what was being committed then is, or is not."""
    until = time.monotonic() + 240
    while tracker.rows(CONNECTIONS):
        assert time.monotonic() < until
        time.sleep(0.1)


def told(tracker):
    """Return the turns in Rasa's store, as messages."""
    rows = [row.values() for row in tracker.rows(TOLD)]
    names = ("sender_id", "turn", "prev_turn", "overlap")
    return [{**dict(zip(names, row, strict=True)), "events": json.loads(text)} for *row, text in rows]


def test_after_the_sweeper_the_stores_agree(dead, topic, database, monkeypatch):
    monkeypatch.setattr("parlance.services.sweep.OUTBOX_AGE", 0.0)

    left = dead.rows("SELECT id FROM parlance_outbox")
    consume({"Records": topic.received()}, None)
    sent = sweep({}, None)["sent"]
    consume({"Records": topic.received()}, None)

    turns = told(dead)
    assert turns
    assert sent == len(left)
    assert dead.rows("SELECT id FROM parlance_outbox") == []
    assert reference.stored(database) == reference.tables(turns)
