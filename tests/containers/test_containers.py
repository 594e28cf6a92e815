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
from tests.support import rabbitmq
from tests.support.git_server import Origin, ssh_server

if TYPE_CHECKING:
    from pathlib import Path

    from infra.local.api import Api
    from tests.e2e.installation import Installation

pytestmark = pytest.mark.containers

BEGAN = datetime.now(UTC).isoformat()
BOOKED = "Done: the round table for 4 at 7 pm. We look forward to seeing you!"
GIT = "/api/projects/default/git_repositories"
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


def test_a_git_task_takes_the_project_into_a_repository(installation: Installation, tmp_path: Path):
    images.build(images.GIT)
    api, origin = installation.log_in(), Origin.create(tmp_path)
    with ssh_server(tmp_path / "sshd") as server:
        server.allow(api.call("GET", f"{GIT}/public_ssh_key")["public_ssh_key"])
        place = {"repository_url": server.url(origin), "known_hosts": server.known_hosts, "target_branch": "main"}
        ours = api.call("GET", "/api/projects/default/files")["files"]
        origin.push({**ours, "domain.yml": ours["domain.yml"] + "# theirs\n"})
        connected = over(api, api.call("POST", GIT, {**place, "use_generated_ssh_keys": True, "start_with": "local"}))
        assert connected["state"] == "succeeded", connected
        repository = api.call("GET", GIT)[0]["id"]
        pushed = over(api, api.call("POST", f"{GIT}/{repository}/branches/main/commits", {"message": "From a box"}))

    assert pushed["state"] == "succeeded", pushed
    assert origin.show("domain.yml") == ours["domain.yml"]
    eventually(lambda: exit_codes("localhost/parlance-git:latest") == [0, 0])  # a task speaks before it ends


def exit_codes(image: str) -> list[int]:
    """The exit codes of tasks that have ended, by image; what a test ran by hand has a name that podman made up."""
    tasks = [end for name, end in ends().items() if name.startswith("parlance-")]
    return [end.get("ContainerExitCode", 0) for end in tasks if end["Image"] == image]


def test_a_bridge_forwards_what_a_rabbitmq_has(installation: Installation, tmp_path: Path):
    images.build(images.BRIDGE)
    settings = Settings.from_env(installation.settings)
    ecs, said = emulator.client(settings, "ecs"), {"event": "user", "timestamp": 1795342492.5, "text": "by the bridge"}
    with rabbitmq.running(tmp_path) as rabbit:
        queue = emulator.client(settings, "sqs").get_queue_url(QueueName="parlance-events")["QueueUrl"]
        given = {**rabbit.bridge, "EVENTS_QUEUE": queue}
        definition = {
            "name": "bridge",
            "image": images.BRIDGE.name,
            "command": ["python", "-m", "parlance_bridge.rabbitmq"],
            "memory": 512,
            "environment": [{"name": name, "value": value} for name, value in given.items()],
        }
        ecs.register_task_definition(family="bridge-once", containerDefinitions=[definition])
        (task,) = ecs.run_task(cluster="parlance", taskDefinition="bridge-once")["tasks"]
        with rabbit.connect() as connection:
            channel = connection.channel()
            channel.queue_declare("rasa_production_events", durable=True)
            channel.basic_publish("", "rasa_production_events", json.dumps({**said, "sender_id": "bridged"}).encode())

        api = installation.log_in()
        seen = eventually(lambda: api.call("GET", "/api/conversations/bridged/tracker")["events"], within=120)
        box = f"parlance-{task['taskArn'].rsplit('/', 1)[-1]}-bridge"
        assert (
            images.run("podman", "inspect", "--format={{.ImageName}}", box).strip()
            == "localhost/parlance-bridge:latest"
        )
        ecs.stop_task(cluster="parlance", task=task["taskArn"])
        ended = eventually(lambda: ends().get(box), within=120)

    assert [event["text"] for event in seen] == ["by the bridge"]
    assert ended.get("ContainerExitCode", 0) == 0


def over(api: Api, job: dict) -> dict:
    """Wait for the end of a job."""
    return eventually(lambda: (seen := api.call("GET", f"/api/jobs/{job['id']}"))["finished_at"] and seen, within=300)


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
