"""Texts parsed by any model, cold and warm; the inbox parsed anew; two models compared."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from parlance.adapters import aws, objects
from parlance.domain.errors import Unavailable
from parlance.services.job_tasks import start_queued
from parlance.services.jobs import get
from tests.integration.models.conftest import Workbench, deliver, environment, says, stopped
from tests.support import events as rasa
from tests.support.events import NOON

if TYPE_CHECKING:
    from tests.support.api import Client

P = "/projects/default"


@pytest.fixture
def model(imported: Workbench) -> Workbench:
    imported.train("m0")
    imported.train("m1")
    rasa.store(
        rasa.greeting("a", NOON, text="good day", confidence=0.9),
        rasa.greeting("b", NOON + 100, text="howdy", confidence=0.5),
        rasa.greeting("c", NOON + 200, text="is it open?", confidence=0.4),
    )
    return imported


def prediction(intent: str, confidence: float, **entities: str) -> dict[str, Any]:
    found = [{"entity": name, "value": value, "start": 0, "end": 1} for name, value in entities.items()]
    ranked = [{"name": intent, "confidence": confidence}]
    return {"intent": ranked[0], "intent_ranking": ranked, "entities": found}


def texts_of(bench: Workbench) -> list[str]:
    """Return the texts that the running task was given."""
    (task,) = bench.tasks()
    body = aws.client("s3").get_object(Bucket=bench.data, Key=environment(task)["TEXTS_KEY"])["Body"].read()
    assert task["overrides"]["containerOverrides"][0]["command"][-1] == "parlance_rasa.tasks.parse"
    found: list[str] = json.loads(body)
    return found


def finish(bench: Workbench, job: str, models: list[str], texts: list[str], *predictions: list[Any]) -> None:
    report = {"texts": texts, "models": models, "model_ids": [f"id-{name}" for name in models]}
    bench.leave_report(job, {**report, "predictions": predictions}, kind=get(job).kind)
    deliver(says(job, "succeeded", 2), stopped(job, get(job).task_arn or "", 0))


def test_a_report_about_no_model_is_none(model: Workbench, admin: Client) -> None:
    job = admin.post(f"{P}/models/m1/reparse").json["id"]

    finish(model, job, [], [])

    assert (get(job).state, get(job).error.code) == ("failed", "ReportInvalid")


def test_a_model_that_is_not_in_service_parses_by_a_job(model: Workbench, admin: Client) -> None:
    reply = admin.post(f"{P}/models/m1/parse", {"texts": ["good evening", "bye"]})

    assert (reply.status, reply.json["kind"], "texts" in reply.json["options"]) == (202, "parse", False)
    job = reply.json["id"]
    assert texts_of(model) == ["good evening", "bye"]
    waiting = admin.get(f"{P}/parses/{job}")
    assert (waiting.status, waiting.json["reason"], waiting.headers["Retry-After"]) == (409, "JobNotDone", "5")
    finish(model, job, ["m1"], ["good evening", "bye"], [prediction("greet", 0.9), prediction("goodbye", 0.8)])
    done = admin.get(f"{P}/parses/{job}").json
    assert [(row["text"], row["intent"]["name"]) for row in done["messages"]] == [
        ("good evening", "greet"),
        ("bye", "goodbye"),
    ]
    assert admin.get(f"{P}/comparisons/{job}").status == 404
    assert admin.post(f"{P}/models/nobody/parse", {"texts": ["x"]}).status == 404
    assert admin.post(f"{P}/models/m1/parse", {"texts": []}).status == 400


def test_the_model_in_service_answers_at_once(model: Workbench, admin: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("parlance.adapters.rasa.status", lambda: {"model_id": "id-m0"})
    monkeypatch.setattr("parlance.adapters.rasa.parse", lambda text: {"text": text, **prediction("greet", 0.7)})

    reply = admin.post(f"{P}/models/m0/parse", {"texts": ["hey"]})

    assert (reply.status, reply.json["warm"]) == (200, True)
    assert reply.json["messages"][0]["intent"] == {"name": "greet", "confidence": 0.7}
    assert model.tasks() == []


def test_an_answer_of_another_model_that_just_came_into_service_is_not_given(
    model: Workbench, admin: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    served = iter(["id-m0", "id-m1"])
    monkeypatch.setattr("parlance.adapters.rasa.status", lambda: {"model_id": next(served)})
    monkeypatch.setattr("parlance.adapters.rasa.parse", lambda text: {"text": text, **prediction("greet", 0.7)})

    reply = admin.post(f"{P}/models/m0/parse", {"texts": ["hey"]})

    assert (reply.status, reply.json["kind"]) == (202, "parse")


def test_where_two_models_disagree_is_shown_the_surest_first(model: Workbench, admin: Client, tester: Client) -> None:
    job = admin.post(f"{P}/comparisons", {"models": ["m0", "m1"]}).json["id"]
    texts = texts_of(model)
    assert texts == ["is it open?", "howdy", "good day"]
    first = [prediction("ask", 0.6), prediction("greet", 0.9), prediction("greet", 0.9, city="Rome")]
    second = [prediction("greet", 0.5), prediction("greet", 0.4), prediction("greet", 0.9)]

    finish(model, job, ["m0", "m1"], texts, first, second)

    found = admin.get(f"{P}/comparisons/{job}").json
    assert (found["n_messages"], found["n_disagreements"]) == (3, 2)
    assert [(row["text"], row["differs_in"]) for row in found["disagreements"]] == [
        ("good day", ["entities"]),
        ("is it open?", ["intent"]),
    ]
    assert len(admin.get(f"{P}/comparisons/{job}?limit=1&offset=1").json["disagreements"]) == 1
    assert tester.get(f"{P}/comparisons/{job}").status == 403  # what users said is not for everybody
    assert admin.post(f"{P}/comparisons", {"models": ["m0", "m0"]}).status == 400


def test_the_inbox_gets_the_predictions_of_a_new_model(model: Workbench, admin: Client) -> None:
    job = admin.post(f"{P}/models/m1/reparse").json["id"]
    texts = texts_of(model)
    archived = {row["user_input"]["text"]: row["hash"] for row in admin.get(f"{P}/logs").json}["good day"]
    admin.delete(f"{P}/logs/{archived}")

    finish(model, job, ["m1"], texts, [prediction("affirm", 0.99) for _ in texts])

    listed = admin.get(f"{P}/logs").json
    assert {(row["user_input"]["text"], row["user_input"]["intent"]["name"], row["model"]) for row in listed} == {
        ("is it open?", "affirm", "m1"),
        ("howdy", "affirm", "m1"),
    }
    assert admin.get(f"{P}/logs/{archived}").json["user_input"]["intent"]["name"] == "greet"


def test_a_report_with_too_few_predictions_changes_nothing(model: Workbench, admin: Client) -> None:
    job = admin.post(f"{P}/models/m1/reparse").json["id"]

    finish(model, job, ["m1"], ["good day", "howdy"], [prediction("affirm", 0.99)])

    assert (get(job).state, get(job).error.code) == ("failed", "ReportInvalid")
    assert {row["user_input"]["intent"]["name"] for row in admin.get(f"{P}/logs").json} == {"greet"}


def test_a_storage_that_refuses_the_texts_leaves_the_job_in_the_queue(
    model: Workbench, admin: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuses(*_: object) -> None:
        raise Unavailable("The file storage refuses: SlowDown.")

    with monkeypatch.context() as patch:
        patch.setattr(objects, "put", refuses)
        job = admin.post(f"{P}/models/m1/parse", {"texts": ["x"]}).json
    assert (job["state"], job["error"]["message"]) == ("queued", "The file storage refuses: SlowDown.")

    assert start_queued() == 1
    assert get(job["id"]).state == "running"
