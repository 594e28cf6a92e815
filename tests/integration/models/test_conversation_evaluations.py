"""Conversations evaluated as stories by the model in use, in a task of a worker: one, or all that have changed."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from parlance.adapters import aws, objects
from parlance.domain.errors import Unavailable
from parlance.services import conversation_evaluations
from parlance.services.jobs import get
from tests.integration.models.conftest import Workbench, deliver, environment, says, stopped
from tests.support import events
from tests.support.events import NOON

if TYPE_CHECKING:
    from tests.support.api import Client

COMMAND = ["python", "-m", "parlance_rasa.tasks.conversations"]


@pytest.fixture
def model(imported: Workbench) -> Workbench:
    imported.train("m0")
    return imported


def told(bench: Workbench) -> list[dict[str, Any]]:
    """Return the stories that the running task was given."""
    (task,) = bench.tasks()
    assert task["overrides"]["containerOverrides"][0]["command"] == COMMAND
    body = aws.client("s3").get_object(Bucket=bench.data, Key=environment(task)["TEXTS_KEY"])["Body"].read()
    found: list[dict[str, Any]] = json.loads(body)
    return found


def finish(bench: Workbench, job: str, result: dict[str, Any]) -> None:
    """Let the task say the same of every conversation."""
    report = [{"sender_id": one["sender_id"], "at": one["at"], "result": result} for one in told(bench)]
    bench.leave_report(job, json.dumps(report).encode(), kind="conversations")
    aws.client("ecs").stop_task(cluster=bench.cluster, task=get(job).task_arn)
    deliver(says(job, "succeeded", 2), stopped(job, get(job).task_arn or "", 0))


def test_a_conversation_is_evaluated_by_the_model_in_use(model: Workbench, admin: Client) -> None:
    events.store(events.greeting("a", NOON))

    reply = admin.put("/conversations/a/evaluation")

    assert (reply.status, reply.json["kind"], reply.json["options"]["model"]) == (202, "conversations", "m0")
    assert "a" not in reply.json["options"].values()
    (story,) = told(model)
    assert '- intent: "greet"\n  - action: "utter_greet"' in story["story"]
    assert "hello" not in story["story"]
    assert admin.get("/conversations/a/evaluation").status == 404
    finish(model, reply.json["id"], {"accuracy": 1.0, "in_training_data_fraction": 1.0})
    assert get(reply.json["id"]).state == "succeeded"
    assert admin.get("/conversations/a/evaluation").json["accuracy"] == 1.0
    assert admin.get("/evaluations").json == [{"a": {"accuracy": 1.0, "in_training_data_fraction": 1.0}}]
    assert [admin.delete("/conversations/a/evaluation").status for _ in range(2)] == [204, 404]


def test_a_conversation_without_a_story_is_not_evaluated(model: Workbench, admin: Client) -> None:
    events.store(events.turn("quiet", 1, events.session(NOON)))

    assert admin.put("/conversations/quiet/evaluation").json["reason"] == "EmptyStory"
    assert admin.put("/conversations/nobody/evaluation").status == 404
    assert model.tasks() == []


def test_without_a_model_in_use_there_is_none_to_evaluate_with(imported: Workbench, admin: Client) -> None:
    events.store(events.greeting("a", NOON))

    assert (reply := admin.put("/conversations/a/evaluation")).status == 409
    assert reply.json["reason"] == "NoModelInUse"


def test_all_that_went_on_since_is_evaluated(model: Workbench, admin: Client) -> None:
    events.store(*events.three())
    first = admin.post("/evaluate")
    assert (first.status, first.json["options"]["conversations"]) == (202, 3)
    events.store(events.turn("a", 2, [events.user("more", "greet", NOON + 5000)]))

    finish(model, first.json["id"], {"accuracy": 0.5})

    assert len(admin.get("/evaluations").json) == 3
    second = admin.post("/evaluate")
    assert second.json["options"]["conversations"] == 1
    finish(model, second.json["id"], {"refused": "no such action"})
    assert admin.get("/conversations/a/evaluation").json == {"refused": "no such action"}
    assert admin.post("/evaluate").status == 204


def test_a_second_call_gets_the_job_that_is_not_over(model: Workbench, admin: Client) -> None:
    events.store(events.greeting("a", NOON), events.greeting("b", NOON))
    alone = admin.put("/conversations/a/evaluation").json["id"]

    first, second = admin.post("/evaluate"), admin.post("/evaluate")

    assert first.json["id"] == second.json["id"] != alone
    assert (second.status, second.json["options"]["conversations"]) == (202, 2)


def test_long_conversations_are_left_for_the_next_call(
    model: Workbench, admin: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(conversation_evaluations, "STEP", 2)
    monkeypatch.setattr(conversation_evaluations, "LARGEST", 100)
    events.store(*(events.greeting(sender, NOON) for sender in "abc"))

    first = admin.post("/evaluate")
    assert [one["sender_id"] for one in told(model)] == ["a", "b"]
    finish(model, first.json["id"], {"accuracy": 0.5})

    assert admin.post("/evaluate").json["options"]["conversations"] == 1
    assert [one["sender_id"] for one in told(model)] == ["c"]


def test_of_a_long_conversation_only_the_last_session_is_read_and_one_beyond_measure_is_refused(
    model: Workbench, admin: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    talk = [events.user("hello " * 2000, "greet", NOON + second, entities={"size": "4"}) for second in range(1, 9)]
    events.store(events.turn("long", 1, [*events.session(NOON), *talk]), events.greeting("short", NOON))
    monkeypatch.setattr(conversation_evaluations, "LONGEST", 1200)

    assert admin.put("/conversations/long/evaluation").json["reason"] == "StoryTooLong"
    first = admin.post("/evaluate")
    assert [one["sender_id"] for one in told(model)] == ["short"]
    finish(model, first.json["id"], {"accuracy": 1.0})
    assert admin.get("/conversations/long/evaluation").json == {"refused": conversation_evaluations.TOO_LONG}

    again = [*events.session(NOON + 100), *talk[:2], events.slot("size", "4", NOON + 103)]
    events.store(events.turn("long", 2, [event | {"timestamp": NOON + 100 + at} for at, event in enumerate(again)]))
    assert admin.put("/conversations/long/evaluation").status == 202
    (story,) = told(model)
    assert story["at"] == NOON + 105
    assert story["story"].count('- intent: "greet"\n    entities:\n    - "size": "4"') == 2
    assert story["story"].endswith('- slot_was_set:\n    - "size": "4"\n')


def test_nothing_that_was_said_stays_in_storage_after_the_job(model: Workbench, admin: Client) -> None:
    events.store(events.greeting("a", NOON))
    job = admin.post("/evaluate").json["id"]
    assert texts(model)

    finish(model, job, {"accuracy": 0.5})

    assert texts(model) == []
    assert admin.get("/conversations/a/evaluation").json == {"accuracy": 0.5}


def test_a_storage_that_cannot_remove_now_spoils_no_result(
    model: Workbench, admin: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(_bucket: str, _key: str) -> None:
        raise Unavailable("The file storage does not answer.")

    events.store(events.greeting("a", NOON))
    job = admin.post("/evaluate").json["id"]
    monkeypatch.setattr(objects, "delete", away)

    finish(model, job, {"accuracy": 0.5})

    assert get(job).state == "succeeded"
    assert len(texts(model)) == 2


def texts(bench: Workbench) -> list[str]:
    """Return the keys of what jobs were told and said."""
    found = aws.client("s3").list_objects_v2(Bucket=bench.data, Prefix="texts/").get("Contents", [])
    return [each["Key"] for each in found]


def test_a_report_that_cannot_be_read_fails_the_job(model: Workbench, admin: Client) -> None:
    events.store(events.greeting("a", NOON))
    job = admin.put("/conversations/a/evaluation").json["id"]

    model.leave_report(job, b"[1]", kind="conversations")
    deliver(says(job, "succeeded", 2))

    assert (get(job).state, get(job).error.code) == ("failed", "ReportInvalid")
