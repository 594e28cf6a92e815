"""The same container files, run for real: trained, served and talked to in containers that ECS tasks started."""

from __future__ import annotations

import json
import subprocess
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import psutil
import pytest

from infra.local import emulator
from infra.local.settings import Settings
from tests.containers import images
from tests.e2e.installation import eventually

if TYPE_CHECKING:
    from tests.e2e.installation import Installation

pytestmark = pytest.mark.containers

BEGAN = datetime.now(UTC).isoformat()
BOOKED = "Done: the round table for 4 at 7 pm. We look forward to seeing you!"
COMMANDS = {
    "localhost/parlance-rasa:latest": ["python", "-m", "parlance_rasa.tasks.serve"],
    "localhost/parlance-actions:latest": ["python", "-m", "rasa_sdk"],
}
RASA, ACTIONS = COMMANDS


def boxes(installation: Installation) -> dict[str, dict]:
    """This installation's running containers by image."""
    notes = [path.stem for path in (installation.state / "tasks").glob("*.json")]
    names = images.run("podman", "ps", "--format={{.Names}}").split()
    mine = [name for name in names if name.removeprefix("parlance-").rsplit("-", 1)[0] in notes]
    found = [json.loads(images.run("podman", "inspect", name))[0] for name in mine]
    return {box["ImageName"]: box for box in found}


def ends() -> dict[str, dict]:
    """Every container that ended since this file was read, as podman noted it, by name."""
    told = images.run("podman", "events", "--stream=false", f"--since={BEGAN}", "--format=json", "--filter=event=died")
    return {end["Name"]: end for end in map(json.loads, told.splitlines())}


def inside(box: dict) -> list[psutil.Process]:
    """The processes of a container: podman's init, and what it started."""
    first = psutil.Process(box["State"]["Pid"])
    return [first, *first.children(recursive=True)]


@pytest.mark.parametrize(
    ("image", "module"),
    [(images.GIT, "functions.git.task"), (images.BRIDGE, "parlance_bridge.rabbitmq")],
    ids=["git", "bridge"],
)
def test_the_smaller_images_build_and_their_code_is_there(image: images.Image, module: str):
    images.build(image)

    images.run("podman", "run", "--rm", "--network=none", image.name, "python", "-c", f"import {module}")


def test_rasa_and_the_action_server_run_in_their_images_and_not_as_root(installation: Installation):
    running = boxes(installation)

    assert set(running) == set(COMMANDS)
    for image, box in running.items():
        assert box["Config"]["Cmd"][:3] == COMMANDS[image]
        assert {process.uids().real for process in inside(box)} == {10001}
    own = [" ".join(process.cmdline()) for process in installation.processes()]
    assert not [line for line in own if ".venv-rasa" in line]


def test_the_training_ran_in_a_container_that_is_gone(installation: Installation):
    (job,) = installation.log_in().call("GET", "/api/jobs")
    ecs = emulator.client(Settings.from_env(installation.settings), "ecs")
    (task,) = ecs.list_tasks(cluster="parlance", startedBy=f"job-{job['id']}"[:36], desiredStatus="STOPPED")["taskArns"]

    end = ends()[f"parlance-{task.rsplit('/', 1)[-1]}-rasa"]

    assert job["state"] == "succeeded"
    assert (end["Image"], end.get("ContainerExitCode", 0)) == (RASA, 0)


def test_it_is_talked_to_and_the_workbench_sees_it(installation: Installation):
    for text in ("hello", "I want to book a table", '/inform{"party_size": "4"}'):
        assert installation.say("boxed", text)

    assert installation.say("boxed", '/inform{"time": "7 pm"}') == [BOOKED]  # a custom action chose the table

    api = installation.log_in()
    seen = eventually(
        lambda: [e for e in api.call("GET", "/api/conversations/boxed/tracker")["events"] if e.get("name") == "table"]
    )
    assert seen[-1]["value"] == "the round table"


def test_no_secret_is_on_a_command_line_and_nothing_listens_to_others(installation: Installation):
    running = boxes(installation)
    given = dict(pair.split("=", 1) for pair in running[RASA]["Config"]["Env"])
    seen = subprocess.run(["ps", "-eo", "args"], capture_output=True, text=True, check=True).stdout

    assert not [name for name in ("DB_PASSWORD", "RASA_TOKEN", "RASA_X_TOKEN") if given[name] in seen]
    for box in running.values():
        ports = [c.laddr for p in inside(box) for c in p.net_connections() if c.status == psutil.CONN_LISTEN]
        assert {address.ip for address in ports} == {"127.0.0.1"}


def test_a_rasa_that_lost_its_podman_is_ended_and_started_anew(installation: Installation):
    before = boxes(installation)[RASA]
    (client,) = [p for p in psutil.process_iter() if p.name() == "podman" and f"--name={before['Name']}" in p.cmdline()]

    client.kill()

    after = eventually(lambda: (box := boxes(installation).get(RASA)) and box["Id"] != before["Id"] and box)
    assert after["Config"]["Cmd"] == before["Config"]["Cmd"]
    assert before["Name"] not in images.run("podman", "ps", "--all", "--format={{.Names}}").split()
    eventually(lambda: installation.say("boxed-again", "hello"), within=300)


def test_stopped_it_leaves_no_container(installation: Installation):
    mine = {box["Name"] for box in boxes(installation).values()}

    down = installation.make("down")

    assert down.code == 0, down.text
    assert not mine & set(images.run("podman", "ps", "--all", "--format={{.Names}}").split())
