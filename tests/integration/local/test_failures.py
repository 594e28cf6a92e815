"""What goes wrong at a person's machine: one clear sentence, an exit code that is not 0, and no process left behind."""

from __future__ import annotations

import socket
import subprocess
import sys
import threading
import time
from contextlib import suppress

import msgspec
import psutil
import pytest

from infra.local import installation, rasa
from infra.local.agent.__main__ import build
from infra.local.deployed import Deployed
from infra.local.failure import RunnerError
from infra.local.folder import folder_of
from infra.local.processes import Record
from infra.local.settings import ROOT
from infra.local.status import PartStatus, Status

UP = [sys.executable, "-m", "infra.local", "up"]


def run(env, command=UP, seconds=240):
    return subprocess.run(
        command, env={**env, "DETACH": "1"}, cwd=ROOT, capture_output=True, text=True, check=False, timeout=seconds
    )


def left_behind(env):
    """Processes that belong to this test's installation."""
    found = []
    for process in psutil.process_iter():
        with suppress(psutil.Error):
            if process.environ().get("PARLANCE_STATE") == env["PARLANCE_STATE"] or env["PARLANCE_STATE"] in " ".join(
                process.cmdline()
            ):
                found.append(process.cmdline())
    return found


def sentence(done):
    """The one line on stderr."""
    lines = [line for line in done.stderr.splitlines() if line.strip()]
    assert done.returncode == 1, done.stderr
    assert len(lines) == 1, done.stderr
    return lines[0]


def test_a_port_in_use(home_env):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", int(home_env["PARLANCE_POSTGRES_PORT"])))
        taken.listen()

        said = sentence(run(home_env))

    assert "for PostgreSQL is in use by process" in said
    assert "make up PARLANCE_POSTGRES_PORT=" in said
    assert left_behind(home_env) == []


def test_a_setting_that_makes_no_sense(home_env):
    assert "PARLANCE_PORT=80 is no usable port" in sentence(run({**home_env, "PARLANCE_PORT": "80"}))


def test_rasas_environment_missing(home_env):
    said = sentence(run({**home_env, "PARLANCE_RASA_PYTHON": "/no/such/python"}))

    assert "`make install` makes its environment" in said


def test_an_emulator_that_cannot_start(home_env, tmp_path):
    (tmp_path / "broken" / "ministack").mkdir(parents=True)
    (tmp_path / "broken" / "ministack" / "__init__.py").write_text("raise SystemExit('this emulator is [broken]')")

    said = sentence(run({**home_env, "PYTHONPATH": str(tmp_path / "broken")}))

    assert "The AWS emulator ended with code 1" in said
    assert "emulator.log ends with: this emulator is [broken]" in said
    assert left_behind(home_env) == []


def test_a_training_that_fails_ends_with_the_jobs_own_message(home_env, tmp_path):
    python = tmp_path / "python"
    python.write_text("#!/bin/sh\necho 'the pipeline names a component that is not there'; exit 1\n")
    python.chmod(0o755)

    said = sentence(run({**home_env, "PARLANCE_RASA_PYTHON": str(python)}))

    assert "The training failed" in said
    assert left_behind(home_env) == []


def test_an_assistant_that_is_none(home_env, tmp_path):
    said = sentence(run({**home_env, "PARLANCE_ASSISTANT": str(tmp_path)}))

    assert "is no Rasa project" in said
    assert left_behind(home_env) == []


def test_rasa_that_ends_again_and_again(own_emulator, monkeypatch):
    settings = msgspec.structs.replace(own_emulator.settings, patience=60)
    ecs, agent, over = own_emulator.client("ecs"), build(settings), threading.Event()
    log = {"logDriver": "awslogs", "options": {"awslogs-group": "/r", "awslogs-stream-prefix": "serve"}}
    command = ["python", "-c", "raise SystemExit('Rasa does not start. The environment lacks DB_HOST.')"]
    ecs.register_task_definition(
        family="serve", containerDefinitions=[{"name": "r", "image": "x", "command": command, "logConfiguration": log}]
    )
    ecs.create_cluster(clusterName="c")
    ecs.create_service(cluster="c", serviceName="rasa", taskDefinition="serve", desiredCount=1, launchType="FARGATE")
    found = Deployed("a", "live", "ui", {"Cluster": "c", "RasaService": "rasa", "RasaTokenSecret": "t"})
    own_emulator.client("secretsmanager").create_secret(Name="t", SecretString="x")
    here = Status(Record(0, 0.0), {"agent": PartStatus("running")})
    monkeypatch.setattr(rasa, "current_status", lambda _folder: here)

    def work():
        while not over.is_set():
            agent.turn()
            time.sleep(0.1)

    thread = threading.Thread(target=work)
    thread.start()
    try:
        with pytest.raises(RunnerError) as caught:
            rasa.wait_for_rasa(settings, found, lambda _text: None)
    finally:
        over.set()
        thread.join()

    assert str(caught.value).startswith("Rasa does not start: it ended 3 times")
    assert str(caught.value).endswith("The environment lacks DB_HOST.")
    assert folder_of(settings).logs.joinpath("serve.log").exists()


def test_secrets_are_put_once_and_then_replaced(own_emulator):
    service = own_emulator.client("secretsmanager")

    first = installation.put_secret(service, "db", {"port": 1})
    second = installation.put_secret(service, "db", {"port": 2})

    assert first == second
    assert service.get_secret_value(SecretId="db")["SecretString"] == '{"port":2}'
