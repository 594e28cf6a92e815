"""The agent against a real emulator, with small programs in the place of Rasa."""

from __future__ import annotations

import json

import pytest

from infra.local.agent.__main__ import build
from infra.local.folder import folder_of
from tests.integration.local.conftest import wait_for
from tests.support.agent import turning

LOGS = {"awslogs-group": "/t/worker", "awslogs-region": "us-east-1", "awslogs-stream-prefix": "train"}


def agent_for(own):
    """An agent that turns until the test is over, then ends its tasks."""
    return turning(own.settings)


def define(own, code, **extra):
    """Register a task definition that runs a line of Python."""
    container = {"name": "rasa", "image": "x", "command": ["python", "-c", code], "stopTimeout": 5, **extra}
    container.setdefault("logConfiguration", {"logDriver": "awslogs", "options": LOGS})
    answer = own.client("ecs").register_task_definition(family="job", containerDefinitions=[container])
    return answer["taskDefinition"]["taskDefinitionArn"]


def run_task(own, definition, **extra):
    own.client("ecs").create_cluster(clusterName="c")
    return own.client("ecs").run_task(cluster="c", taskDefinition=definition, startedBy="job-7", **extra)["tasks"][0]


def described(own, task):
    return own.client("ecs").describe_tasks(cluster="c", tasks=[task["taskArn"]])["tasks"][0]


def stopped(own, task):
    return wait_for(lambda: (t := described(own, task))["lastStatus"] == "STOPPED" and t)


def events_queue(own):
    """A queue that gets every ECS task state change, as the job queue does by its rule."""
    queue = own.client("sqs").create_queue(QueueName="jobs")["QueueUrl"]
    arn = own.client("sqs").get_queue_attributes(QueueUrl=queue, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    pattern = json.dumps({"source": ["aws.ecs"], "detail-type": ["ECS Task State Change"]})
    own.client("events").put_rule(Name="ends", EventPattern=pattern)
    own.client("events").put_targets(Rule="ends", Targets=[{"Id": "q", "Arn": arn}])
    return queue


def received(own, queue):
    messages = own.client("sqs").receive_message(QueueUrl=queue, MaxNumberOfMessages=10, WaitTimeSeconds=1)
    return [json.loads(message["Body"]) for message in messages.get("Messages", [])]


def log_lines(own, stream):
    events = own.client("logs").get_log_events(logGroupName="/t/worker", logStreamName=stream, startFromHead=True)
    return [event["message"] for event in events["events"]]


def test_a_task_that_exits_is_stopped_with_reason_event_and_log(own_emulator):
    queue = events_queue(own_emulator)
    definition = define(own_emulator, "print('hello'); print('bye'); raise SystemExit(3)")

    with agent_for(own_emulator):
        task = run_task(own_emulator, definition)
        ended = stopped(own_emulator, task)
        event = wait_for(lambda: received(own_emulator, queue))[0]

    assert ended["stoppedReason"] == "Essential container in task exited (exit code 3)"
    assert event["source"] == "aws.ecs"
    assert event["detail-type"] == "ECS Task State Change"
    assert event["detail"]["taskArn"] == task["taskArn"]
    assert event["detail"]["startedBy"] == "job-7"
    assert event["detail"]["containers"][0]["exitCode"] == 3
    stream = f"train/rasa/{task['taskArn'].rsplit('/', 1)[-1]}"
    assert log_lines(own_emulator, stream) == ["hello", "bye"]
    assert (folder_of(own_emulator.settings).logs / "train.log").read_text() == "hello\nbye\n"


def test_environment_overrides_and_secrets_reach_the_process_but_no_command_line(own_emulator):
    secret = own_emulator.client("secretsmanager").create_secret(Name="db", SecretString='{"password": "s3cr3t"}')
    code = "import os, sys; e = os.environ; print(e['A'], e['B'], e['PW'], e['AWS_ENDPOINT_URL'], 's3' in sys.argv)"
    pairs = [{"name": "A", "value": "1"}, {"name": "B", "value": "1"}]
    secrets = [{"name": "PW", "valueFrom": f"{secret['ARN']}:password::"}]
    definition = define(own_emulator, code, environment=pairs, secrets=secrets)
    override = {"containerOverrides": [{"name": "rasa", "environment": [{"name": "B", "value": "2"}]}]}

    with agent_for(own_emulator):
        task = run_task(own_emulator, definition, overrides=override)
        stopped(own_emulator, task)

    expected = f"1 2 s3cr3t {own_emulator.settings.emulator_url} False\n"
    assert (folder_of(own_emulator.settings).logs / "train.log").read_text() == expected


def test_a_missing_secret_ends_the_task_and_says_so(own_emulator):
    definition = define(own_emulator, "pass", secrets=[{"name": "PW", "valueFrom": "nowhere"}])

    with agent_for(own_emulator):
        ended = stopped(own_emulator, run_task(own_emulator, definition))

    assert ended["stoppedReason"].startswith("ResourceInitializationError")


def test_a_program_that_is_not_there_ends_the_task_and_says_so(own_emulator):
    definition = define(own_emulator, "", command=["/no/such/program"])

    with agent_for(own_emulator):
        ended = stopped(own_emulator, run_task(own_emulator, definition))

    assert ended["stoppedReason"].startswith("CannotStartContainerError")


def test_stop_task_terminates_then_kills(own_emulator):
    deaf = "signal.signal(signal.SIGTERM, lambda *_: print('deaf', flush=True))"
    code = f"import signal, time; {deaf}; print('up', flush=True); time.sleep(600)"
    definition = define(own_emulator, code, stopTimeout=5)
    log = folder_of(own_emulator.settings).logs / "train.log"

    with agent_for(own_emulator) as agent:
        task = run_task(own_emulator, definition)
        wait_for(lambda: log.exists() and log.read_text() == "up\n")
        own_emulator.client("ecs").stop_task(cluster="c", task=task["taskArn"], reason="not needed")
        wait_for(lambda: not agent.runs)

    assert log.read_text() == "up\ndeaf\n"


def test_a_service_gets_a_new_task_when_its_process_dies(own_emulator):
    definition = define(own_emulator, "import time; print('up', flush=True); time.sleep(60)")
    own_emulator.client("ecs").create_cluster(clusterName="c")
    own_emulator.client("ecs").create_service(
        cluster="c", serviceName="s", taskDefinition=definition, desiredCount=1, launchType="FARGATE"
    )

    with agent_for(own_emulator) as agent:
        first = wait_for(lambda: next(iter(agent.runs.values()), None))
        pid = first.containers[0].process.pid
        __import__("os").kill(pid, 9)
        second = wait_for(lambda: next((r for r in agent.runs.values() if r is not first), None))

    assert second.task.task_arn != first.task.task_arn
    assert second.containers[0].process.pid != pid


@pytest.mark.parametrize("number", [15, 9])
def test_an_emulator_that_restarts_keeps_a_services_process(own_emulator, number):
    definition = define(own_emulator, "import time; time.sleep(120)")
    own_emulator.client("ecs").create_cluster(clusterName="c")
    own_emulator.client("ecs").create_service(
        cluster="c", serviceName="s", taskDefinition=definition, desiredCount=1, launchType="FARGATE"
    )
    agent = build(own_emulator.settings)
    wait_for(lambda: agent.turn() or agent.runs)
    before = next(iter(agent.runs.values()))
    pid, arn = before.containers[0].process.pid, before.task.task_arn
    saved = folder_of(own_emulator.settings).emulator / "state" / "ecs.json"
    own_emulator.process.send_signal(10)
    wait_for(lambda: saved.exists() and arn in saved.read_text())

    own_emulator.stop(number)
    own_emulator.start()
    after = wait_for(lambda: agent.turn() or next((r for a, r in agent.runs.items() if a != arn), None))

    assert after.containers[0].process.pid == pid
    agent.stop_all()
    wait_for(lambda: agent.turn() or not agent.runs)


def test_a_new_agent_takes_over_the_processes_of_one_that_died(own_emulator):
    definition = define(own_emulator, "import time; time.sleep(120)")
    first = build(own_emulator.settings)
    run_task(own_emulator, definition)
    wait_for(lambda: first.turn() or first.runs)
    pid = next(iter(first.runs.values())).containers[0].process.pid

    second = build(own_emulator.settings)
    second.turn()

    assert [run.containers[0].process.pid for run in second.runs.values()] == [pid]
    second.stop_all()
    wait_for(lambda: second.turn() or not second.runs)
