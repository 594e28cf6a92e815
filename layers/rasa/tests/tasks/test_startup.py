"""A server that would run without one of its parts does not start, and says why in a sentence."""

import os
import socket
import subprocess
import sys

import pytest
from rasa.core.utils import AvailableEndpoints
from support.emulator import TOPIC
from support.postgres import ROOT

from parlance_rasa.errors import PartMissingError
from parlance_rasa.tasks import startup
from parlance_rasa.tasks.environment import HERE, MissingSettingsError, Serving

ENDPOINTS = """
tracker_store: {type: parlance_rasa.tracker_store.TurnTrackerStore, url: 127.0.0.1, port: %(port)s, db: postgres,
  username: postgres, start_wait_s: 0.2}
event_broker: {type: parlance_rasa.broker.TurnEventBroker, topic: "%(topic)s", spool: %(spool)s}
lock_store: {type: in_memory}
"""


@pytest.fixture
def endpoints(database, emulator, tmp_path, monkeypatch):
    monkeypatch.setenv("AWS_ENDPOINT_URL", emulator.url)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")

    def read(old="", new=""):
        text = ENDPOINTS % {"port": database["port"], "topic": TOPIC, "spool": tmp_path / "spool"}
        assert old in text
        (tmp_path / "endpoints.yml").write_text(text.replace(old, new))
        return AvailableEndpoints.read_endpoints(str(tmp_path / "endpoints.yml"))

    return read


def test_parts_that_load_are_let_go_of(endpoints, run):
    run(startup.check(endpoints()))


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ("TurnEventBroker", "TurnEventBrokre", "event_broker .*TurnEventBrokre.* cannot be imported"),
        ("parlance_rasa.tracker_store", "parlance.tracker_store", "tracker_store .* cannot be imported"),
        ("event_broker:", "event_brokre:", "no event_broker"),
        ("in_memory", "nowhere.Locks", "lock_store .*nowhere.Locks.* cannot be imported"),
        ("url: 127.0.0.1, port: ", "url: 127.0.0.1, port: 1 # ", "tracker_store .* does not start"),
    ],
)
def test_a_part_that_does_not_load_is_named(endpoints, run, old, new, sentence):
    with pytest.raises(PartMissingError, match=sentence):
        run(startup.check(endpoints(old, new.replace(" # ", ""))))


def test_a_database_in_which_no_turn_could_be_saved_is_found(endpoints, rows, run):
    rows("CREATE TABLE events (id bigserial, sender_id varchar, type_name varchar, timestamp float, data text)")

    with pytest.raises(PartMissingError, match=r"tracker_store .* does not start: .*does not exist"):
        run(startup.check(endpoints()))


def test_a_port_in_use_is_named():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        with pytest.raises(PartMissingError, match="RASA_PORT"):
            startup.check_port("127.0.0.1", taken.getsockname()[1])


def test_all_missing_settings_are_named_at_once():
    with pytest.raises(MissingSettingsError, match="RASA_X_TOKEN, RASA_MODEL_SERVER"):
        Serving.from_env({"RASA_TOKEN": "t"})


def test_the_command_ends_with_one_sentence_and_a_code(tmp_path):
    environment = {"PYTHONPATH": os.path.join(ROOT, "layers/rasa"), "PATH": os.environ["PATH"]}
    command = [sys.executable, "-m", "parlance_rasa.tasks.serve"]

    done = subprocess.run(command, env=environment, cwd=str(tmp_path), capture_output=True, timeout=180, check=False)

    assert done.returncode == 2
    assert done.stderr.decode().startswith("Rasa does not start. The environment lacks RASA_X_TOKEN,")
    assert len(done.stderr.decode().splitlines()) == 1


def test_our_own_endpoints_hold_no_secret_and_name_our_parts(monkeypatch):
    with open(os.path.join(HERE, "endpoints.yml")) as file:
        text = file.read()

    for name in ("RASA_X_TOKEN", "DB_PASSWORD", "DB_HOST", "EVENTS_TOPIC", "LOCK_TABLE", "RASA_MODEL_SERVER"):
        assert "${%s}" % name in text
    for part in ("TurnTrackerStore", "TurnEventBroker", "DynamoLockStore"):
        assert part in text
