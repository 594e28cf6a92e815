"""The wheel stands alone: installed beside Rasa, without this repository, its parts work in Rasa's own hands."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import boto3
import pytest

from tests.proofs.locks.servers import OURS, PYTHON, ROOT, Servers

PROGRAM = """
import asyncio, sys, parlance_rasa
from rasa.core.brokers.broker import EventBroker
from rasa.core.lock_store import LockStore
from rasa.core.tracker_store import TrackerStore
from rasa.core.utils import AvailableEndpoints
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import UserUttered
from parlance_rasa.turn import current_ticket

async def turns(lock_store, tracker_store):
    tickets = []
    for text in ("one", "two"):
        async with lock_store.lock("me"):
            tracker = await tracker_store.get_or_create_tracker("me", append_action_listen=False)
            tracker.update(UserUttered(text))
            await tracker_store.save(tracker)
            tickets.append(current_ticket.get())
    return tickets[0] < tickets[1], [event.text for event in tracker.events][-2:]

async def main():
    print(parlance_rasa.__file__)
    for path in sys.argv[1:]:
        found = AvailableEndpoints.read_endpoints(path)
        broker = await EventBroker.create(found.event_broker)
        tracker_store = TrackerStore.create(found.tracker_store, Domain.empty(), broker)
        lock_store = LockStore.create(found.lock_store)
        print(*[type(part).__name__ for part in (lock_store, tracker_store, broker)], broker.is_ready(), end=" ")
        print(*await turns(lock_store, tracker_store))
        await broker.close()

asyncio.run(main())
"""
ENDPOINTS = """
lock_store: {lock}
tracker_store: {{type: parlance_rasa.tracker_store.TurnTrackerStore, {database}}}
event_broker: {{type: parlance_rasa.broker.TurnEventBroker, topic: '{topic}', spool: {spool}}}
"""


@pytest.fixture
def python(tmp_path):
    """The interpreter of a fresh environment that has the wheel, and Rasa from the one beside it."""
    source = tmp_path / "source"
    shutil.copytree(ROOT / "layers" / "rasa", source, ignore=shutil.ignore_patterns("tests", "__pycache__"))
    run("uv", "build", "--wheel", "--python", PYTHON, "--out-dir", tmp_path, source)
    (wheel,) = tmp_path.glob("parlance_rasa-*-py3-none-any.whl")
    place = tmp_path / "venv"
    run(PYTHON, "-m", "venv", "--without-pip", place)
    run("uv", "pip", "install", "--quiet", "--no-deps", "--offline", "--python", place / "bin" / "python", wheel)
    (site,) = place.glob("lib/python3*/site-packages")
    rasas = PYTHON.parents[1] / site.relative_to(place)
    (site / "rasa.pth").write_text(f"{rasas}\n")  # after the environment's own; its .pth files are not followed
    return place / "bin" / "python"


def run(*command: object, **options: object) -> str:
    done = subprocess.run([str(word) for word in command], capture_output=True, text=True, check=False, **options)
    assert done.returncode == 0, done.stderr[-3000:]
    return done.stdout


def endpoints(folder: Path, name: str, servers: Servers, topic: str) -> Path:
    login = servers.options("postgres")
    database = ", ".join(f"{key}: '{login[key]}'" for key in ("url", "port", "db", "username", "password"))
    lock = "{" + ", ".join(f"{key}: '{value}'" for key, value in servers.options(name).items()) + "}"
    file = folder / f"{name}.yml"
    file.write_text(ENDPOINTS.format(lock=lock, database=database, topic=topic, spool=folder / "spool"))
    return file


@pytest.mark.skipif(not (PYTHON.exists() and shutil.which("uv")), reason="needs uv and Rasa's own environment")
def test_the_wheel_works_beside_rasa_without_the_workbench(python, tmp_path):
    with Servers() as servers:
        url = servers.options("dynamodb")["endpoint"]
        login = {"region_name": "us-east-1", "aws_access_key_id": "test", "aws_secret_access_key": "test"}
        topic = boto3.client("sns", endpoint_url=url, **login).create_topic(Name="wheel")["TopicArn"]
        files = [endpoints(tmp_path, name, servers, topic) for name in OURS]
        environment = {**servers.environment(), "AWS_ENDPOINT_URL": url, "PYTHONPATH": ""}
        where, *told = run(python, "-W", "ignore", "-c", PROGRAM, *files, cwd=tmp_path, env=environment).splitlines()

    assert Path(where).is_relative_to(python.parents[1])
    assert told == [
        f"{kind.rpartition('.')[2]} TurnTrackerStore TurnEventBroker True True ['one', 'two']" for kind in OURS.values()
    ]
