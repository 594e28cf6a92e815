"""From a task to processes."""

from __future__ import annotations

import os
import sys

import pytest

from infra.local.agent.cloud import end_detail
from infra.local.agent.loop import Agent, fits
from infra.local.agent.plan import delay_after, launches, secret_parts
from infra.local.agent.wire import (
    Container,
    ContainerDefinition,
    LogConfiguration,
    NameValue,
    Overrides,
    Run,
    Service,
    Task,
)
from infra.local.agent.wire import ContainerOverride as Override
from infra.local.settings import ROOT, Settings

SETTINGS = Settings(rasa_python="/rasa/python", assistant="/bot")


def task(**changes):
    facts = {"task_arn": "arn:aws:ecs:r:0:task/c/id1", "cluster_arn": "arn:c", "task_definition_arn": "arn:d:1"}
    return Task(**{**facts, "last_status": "RUNNING", **changes})


def run_of(it, **changes):
    return Run(**{"task": it, "containers": [], "started": 0.0, **changes})


def launch(command, **changes):
    definition = ContainerDefinition(name="rasa", command=command, **changes.pop("definition", {}))
    [found] = launches(task(**changes), [definition], SETTINGS, "/task")
    return found


def test_python_becomes_rasas_interpreter_in_the_tasks_own_folder():
    found = launch(["python", "-m", "parlance_rasa.tasks.train"])

    assert found.argv == ["/rasa/python", "-m", "parlance_rasa.tasks.train"]
    assert found.cwd == "/task"


@pytest.mark.parametrize("module", ["functions.git.task", "parlance_bridge.rabbitmq"])
def test_the_workbenchs_own_code_runs_in_this_environment(module):
    found = launch(["python", "-m", module])

    assert found.argv == [sys.executable, "-m", module]
    assert str(ROOT) in found.env["PYTHONPATH"].split(os.pathsep)


def test_the_action_server_runs_in_the_assistants_folder_and_on_loopback():
    found = launch(["python", "-m", "rasa_sdk", "--actions", "actions"])

    assert found.cwd == "/bot"
    assert found.env["SANIC_HOST"] == found.env["RASA_BIND"] == "127.0.0.1"


def test_overrides_win_over_the_definition_and_the_emulators_address_over_all():
    definition = {
        "environment": [NameValue("A", "1"), NameValue("B", "1"), NameValue("AWS_ENDPOINT_URL", "https://aws")]
    }
    overrides = Overrides([Override("rasa", ["python", "x"], [NameValue("B", "2")])])

    found = launch(["python"], definition=definition, overrides=overrides)

    assert (found.env["A"], found.env["B"], found.argv[-1]) == ("1", "2", "x")
    assert found.env["AWS_ENDPOINT_URL"] == SETTINGS.emulator_url


def test_the_persons_own_aws_settings_stay_outside(monkeypatch):
    monkeypatch.setenv("AWS_PROFILE", "mine")
    monkeypatch.setenv("MY_PASSWORD", "x")

    assert not {"AWS_PROFILE", "MY_PASSWORD"} & set(launch(["python"]).env)


def test_log_stream_is_named_as_ecs_does():
    options = {"awslogs-group": "/g", "awslogs-stream-prefix": "train"}

    found = launch(["python"], definition={"log_configuration": LogConfiguration(options)})

    assert (found.log_group, found.log_stream, found.log_name) == ("/g", "train/rasa/id1", "train.log")


@pytest.mark.parametrize(
    ("reference", "parts"),
    [
        ("arn:aws:secretsmanager:r:0:secret:db-Ab1", ("arn:aws:secretsmanager:r:0:secret:db-Ab1", "")),
        ("arn:aws:secretsmanager:r:0:secret:db-Ab1:host::", ("arn:aws:secretsmanager:r:0:secret:db-Ab1", "host")),
        ("name", ("name", "")),
    ],
)
def test_secret_references(reference, parts):
    assert secret_parts(reference) == parts


def test_a_service_that_keeps_dying_waits_longer_and_at_most_a_minute():
    assert [delay_after(n) for n in (0, 1, 2, 5, 9)] == [0.0, 2.0, 4.0, 32.0, 60.0]


def test_end_event_has_the_exit_code_and_says_who_ended_it():
    container = Container(
        name="rasa", essential=True, stop_timeout=1, output="", log_file="", log_group="", log_stream="", exit_code=3
    )
    run = run_of(task(started_by="job-1"), containers=[container])

    detail = end_detail(run, "Essential container in task exited (exit code 3)")

    assert (detail["containers"][0]["exitCode"], detail["stopCode"]) == (3, "EssentialContainerExited")
    assert end_detail(run, "Cancelled")["stopCode"] == "UserInitiated"


class FakeCloud:
    """ECS as a list."""

    def __init__(self, tasks=(), services=()):
        self.listed, self.known_services, self.refilled, self.ended = list(tasks), list(services), [], []

    def tasks(self, _known, done):
        return [one for one in self.listed if one.task_arn not in done]

    def services(self):
        return self.known_services

    def refill(self, service):
        self.refilled.append(service.service_name)

    def report_end(self, run, reason):
        self.ended.append((run.task.id, reason))

    def forget_old_logs(self):
        pass


class FakeEngine:
    """Starts nothing and notes it."""

    def __init__(self):
        self.started = []

    def start(self, it):
        self.started.append(it.id)
        return run_of(it)

    def ask_to_end(self, run, reason):
        run.stopping = reason

    def watch(self, run):
        pass

    def pass_on_output(self, run, *, final=False):
        pass


class FakeBook:
    def runs(self):
        return []

    def write(self, run):
        pass

    def forget(self, run):
        pass

    forget_note = forget


def agent_with(*tasks, services=(), clock=None):
    cloud, engine = FakeCloud(tasks, services), FakeEngine()
    return Agent(cloud, engine, FakeBook(), clock or (lambda: 1000.0)), cloud, engine


def test_each_running_task_is_started_once():
    agent, _, engine = agent_with(task())

    agent.turn()
    agent.turn()

    assert engine.started == ["id1"]


def test_two_tasks_of_one_service_never_run_side_by_side():
    first, second = task(group="service:s"), task(task_arn="arn:aws:ecs:r:0:task/c/id2", group="service:s")
    agent, _, engine = agent_with(first, second)

    agent.turn()

    assert engine.started == ["id1"]


def test_a_service_that_crashes_is_started_again_only_after_a_while():
    now = [1000.0]
    agent, cloud, engine = agent_with(task(group="service:s"), clock=lambda: now[0])
    agent.turn()
    next(iter(agent.runs.values())).stopping = "Essential container in task exited (exit code 1)"
    cloud.listed = [task(task_arn="arn:aws:ecs:r:0:task/c/id2", group="service:s")]

    agent.turn()
    agent.turn()
    early = list(engine.started)
    now[0] += 3
    agent.turn()

    assert (early, engine.started) == (["id1"], ["id1", "id2"])


def test_a_stopped_task_is_ended_and_reported_with_ecs_own_reason():
    agent, cloud, _ = agent_with(task())
    agent.turn()
    cloud.listed = [task(last_status="STOPPED", desired_status="STOPPED", stopped_reason="Cancelled")]

    agent.turn()

    assert cloud.ended == [("id1", "Cancelled")]


def test_a_training_goes_on_when_a_restarted_emulator_forgot_it():
    agent, cloud, _ = agent_with(task())
    agent.turn()
    cloud.listed = [task(last_status="STOPPED", desired_status="RUNNING")]

    agent.turn()

    assert [run.stopping for run in agent.runs.values()] == [""]


def test_a_lost_services_process_serves_the_task_that_replaces_its_own():
    it = task(group="service:s")
    lost = run_of(it, lost_since=1.0)

    assert fits(lost, task(task_arn="other", group="service:s"))
    assert not fits(lost, task(task_arn="other", group="service:s", task_definition_arn="arn:d:2"))
    assert not fits(run_of(task(), lost_since=1.0), task(task_arn="other"))


def test_a_service_with_too_few_tasks_is_refilled():
    short = Service(service_name="s", cluster_arn="arn:c", desired_count=1, running_count=0)
    agent, cloud, _ = agent_with(services=[short])

    agent.turn()

    assert cloud.refilled == ["s"]


def test_nothing_is_started_while_closing():
    agent, cloud, engine = agent_with(task())
    agent.stop_all()

    agent.turn()

    assert (engine.started, cloud.refilled) == ([], [])
