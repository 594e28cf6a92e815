"""From a task to containers, and what becomes of one whose podman is gone."""

from __future__ import annotations

import os
import signal
import subprocess
from itertools import pairwise

import pytest

from infra.local.agent import podman
from infra.local.agent.engine import signal_all
from infra.local.agent.plan import launches
from infra.local.agent.wire import Container, ContainerDefinition, NameValue, SecretRef, Task
from infra.local.installation import parameters
from infra.local.processes import Record, record
from infra.local.settings import Settings

SETTINGS = Settings(tasks="containers")
TASK = Task(task_arn="arn:aws:ecs:r:0:task/c/id1", cluster_arn="c", task_definition_arn="d", last_status="RUNNING")
TRAIN = ["python", "-m", "parlance_rasa.tasks.train"]


def launch(**changes):
    facts = {"name": "rasa", "image": "parlance-rasa:latest", "command": TRAIN, **changes}
    [found] = launches(TASK, [ContainerDefinition(**facts)], SETTINGS, "/task")
    return found


def variables(argv):
    return {name for option, name in pairwise(argv) if option == "--env"}


def test_the_definitions_command_runs_unchanged_in_its_image():
    found = launch()

    assert found.argv[:3] == ["podman", "run", "--name=parlance-id1-rasa"]
    assert found.argv[-4:] == ["parlance-rasa:latest", *TRAIN]
    assert found.box == "parlance-id1-rasa"


def test_no_value_of_a_variable_is_on_the_command_line():
    found = launch(environment=[NameValue("A", "plain-value")], secrets=[SecretRef("DB_PASSWORD", "arn:secret")])

    assert {"A", "DB_PASSWORD", "AWS_ENDPOINT_URL", "RASA_BIND"} <= variables(found.argv)
    assert not [word for word in found.argv if "=" in word and not word.startswith("--")]
    assert "plain-value" not in " ".join(found.argv)
    assert found.env["A"] == "plain-value"


def test_our_own_environment_and_folders_stay_outside(monkeypatch):
    monkeypatch.setenv("MY_PASSWORD", "x")

    found = launch()

    assert not {"PATH", "HOME", "TMPDIR", "PYTHONPATH", "MY_PASSWORD"} & variables(found.argv)
    assert "MY_PASSWORD" not in found.env
    assert not [word for word in found.argv if word.startswith(("--volume", "--mount"))]


def test_podman_finds_its_own_settings(monkeypatch):
    monkeypatch.setenv("CONTAINERS_CONF", "/etc/mine.conf")

    assert launch().env["CONTAINERS_CONF"] == "/etc/mine.conf"


def test_a_container_spools_inside_itself_and_a_process_in_the_state_folder():
    assert "SpoolDir" not in parameters(SETTINGS, {})
    assert parameters(Settings(), {})["SpoolDir"].endswith("/spool")


@pytest.fixture
def removed(monkeypatch):
    boxes = []
    monkeypatch.setattr(podman, "remove", boxes.append)
    return boxes


def boxed(process):
    texts = dict.fromkeys(("output", "log_file", "log_group", "log_stream"), "")
    return Container(name="rasa", essential=True, stop_timeout=1, process=process, box="box", **texts)


def test_a_container_is_asked_to_end_by_podman_which_passes_the_signal_on(removed):
    child = subprocess.Popen(["sleep", "60"], start_new_session=True)

    signal_all(boxed(record(child.pid)), signal.SIGTERM)

    assert (child.wait(120), removed) == (-signal.SIGTERM, [])


def test_a_container_that_does_not_end_is_removed_and_so_is_one_that_lost_its_podman(removed):
    child = subprocess.Popen(["sleep", "60"], start_new_session=True)

    signal_all(boxed(record(child.pid)), signal.SIGKILL)
    child.wait(120)
    signal_all(boxed(Record(os.getpid(), 0.0)), signal.SIGTERM)

    assert removed == ["box", "box"]


def test_what_is_missing_for_containers_is_said_in_one_sentence(monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    assert podman.obstacle(["parlance-rasa"]).startswith("podman is not there")

    fake = tmp_path / "podman"
    fake.write_text('#!/bin/sh\n[ "$3" = parlance-rasa ]\n')
    fake.chmod(0o700)

    assert podman.obstacle(["parlance-rasa"]) == ""
    assert podman.obstacle(["parlance-rasa", "parlance-actions"]).startswith("The image parlance-actions is not there")
