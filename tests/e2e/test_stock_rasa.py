"""`rasa run --endpoints`, Rasa's own command line as it is installed, with our three parts named in the file."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.request import urlretrieve
from uuid import uuid4

import pytest

from infra.local import postgres
from infra.local.api import Api
from infra.local.deployed import deployed
from infra.local.emulator import aws_env, clean_env, client
from infra.local.folder import folder_of
from infra.local.installation import plain_secret
from infra.local.settings import Settings
from tests.e2e.installation import eventually

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infra.local.deployed import Deployed
    from tests.e2e.installation import Installation

pytestmark = pytest.mark.e2e

ENDPOINTS = """
tracker_store:
  type: parlance_rasa.tracker_store.TurnTrackerStore
  url: ${DB_HOST}
  port: ${DB_PORT}
  db: ${DB_DATABASE}
  username: ${DB_USER}
  password: ${DB_PASSWORD}
event_broker:
  type: parlance_rasa.broker.TurnEventBroker
  topic: ${EVENTS_TOPIC}
  bucket: ${DATA_BUCKET}
  spool: ${SPOOL_DIR}
lock_store:
  type: parlance_rasa.locks.dynamodb.DynamoLockStore
  table: ${LOCK_TABLE}
  key_prefix: stock-
action_endpoint:
  url: ${ACTION_ENDPOINT}
"""
SENDER = f"e2e-stock-{uuid4().hex}"
SAID = ["hello", "what are your opening hours?"]


def test_rasas_own_command_line_works_with_our_store_broker_and_locks(installation: Installation, tmp_path: Path):
    api, settings = installation.log_in(), Settings.from_env(installation.settings)
    found = deployed(folder_of(settings))
    assert found

    with running(project(settings, found, tmp_path), environment(settings, found, tmp_path)) as rasa:
        answers = [rasa.call("POST", "/webhooks/rest/webhook", message(text), timeout=300) for text in SAID]
        tracker = rasa.call("GET", f"/conversations/{SENDER}/tracker", timeout=300)

    assert all(answer[0]["text"] for answer in answers)
    kept = [event["text"] for event in tracker["events"] if event["event"] == "user"]
    assert kept == SAID
    assert turns_stored(settings) == len(SAID)
    assert tickets_drawn(settings, found)
    eventually(lambda: texts_seen(api) == SAID)


def message(text: str) -> dict[str, str]:
    return {"sender": SENDER, "message": text}


def project(settings: Settings, found: Deployed, folder: Path) -> Path:
    """A folder with the model in service, the endpoints and a REST channel: all that `rasa run` is given."""
    token = plain_secret(settings, found, "ServiceTokenSecret")
    urlretrieve(
        f"{settings.public_url}/api/projects/default/models/tags/production?token={token}", folder / "model.tar.gz"
    )
    (folder / "endpoints.yml").write_text(ENDPOINTS)
    (folder / "credentials.yml").write_text("rest:\n")
    return folder


def environment(settings: Settings, found: Deployed, folder: Path) -> dict[str, str]:
    """What the file's `${...}` stand for, and the emulator's address."""
    secret = postgres.database_secret(settings, folder_of(settings), "tracker")
    names = {"HOST": "host", "PORT": "port", "DATABASE": "dbname", "USER": "username", "PASSWORD": "password"}
    stack = {"EVENTS_TOPIC": "EventsTopic", "DATA_BUCKET": "DataBucket", "LOCK_TABLE": "LockTable"}
    return {
        **clean_env(),
        **aws_env(settings),
        **{f"DB_{name}": str(secret[key]) for name, key in names.items()},
        **{name: found.outputs[output] for name, output in stack.items()},
        "ACTION_ENDPOINT": f"http://127.0.0.1:{settings.actions_port}/webhook",
        "SPOOL_DIR": str(folder / "spool"),
        "RASA_TELEMETRY_ENABLED": "false",
    }


@contextmanager
def running(folder: Path, env: dict[str, str]) -> Iterator[Api]:
    """Start `rasa run`, wait until it has its model, and end it as Ctrl-C does."""
    port = free_port()
    rasa = Path(Settings().rasa_python).with_name("rasa")
    command = f"run --enable-api -i 127.0.0.1 -p {port} -m model.tar.gz"
    files = ["--endpoints", "endpoints.yml", "--credentials", "credentials.yml"]
    with (folder / "rasa.log").open("wb") as log:
        process = subprocess.Popen([rasa, *command.split(), *files], cwd=folder, env=env, stdout=log, stderr=log)
    try:
        api = Api(f"http://127.0.0.1:{port}")
        eventually(lambda: is_loaded(api, process, folder / "rasa.log"), within=900)
        yield api
    finally:
        process.send_signal(signal.SIGINT)
        end(process)


def is_loaded(api: Api, process: subprocess.Popen[bytes], log: Path) -> bool:
    assert process.poll() is None, log.read_text()
    return bool(api.call("GET", "/status")["model_file"])


def end(process: subprocess.Popen[bytes]) -> None:
    try:
        process.wait(180)
    except subprocess.TimeoutExpired:
        os.kill(process.pid, signal.SIGKILL)
        process.wait()


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as held:
        return int(held.getsockname()[1])


def turns_stored(settings: Settings) -> int:
    asked = "SELECT count(DISTINCT turn) FROM parlance_turns WHERE sender_id = :sender"
    with closing(postgres.connect(settings, folder_of(settings), database="tracker", timeout=120)) as connection:
        return int(connection.run(asked, sender=SENDER)[0][0])


def tickets_drawn(settings: Settings, found: Deployed) -> bool:
    """Whether the lock table knows the conversation under the file's prefix: Rasa's own lock store leaves nothing."""
    key = {"pk": {"S": f"stock-{SENDER}"}}
    answer = client(settings, "dynamodb").get_item(TableName=found.outputs["LockTable"], Key=key)
    return "Item" in answer


def texts_seen(api: Api) -> list[str]:
    """What the workbench shows that the user said."""
    events = api.call("GET", f"/api/conversations/{SENDER}/tracker")["events"]
    return [event["text"] for event in events if event["event"] == "user"]
