"""What jobs promise on real Rasa: its own tests on the model in service, and a worker that dies half-way."""

from __future__ import annotations

import os
import signal
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

import psutil
import pytest

from tests.e2e.installation import eventually

if TYPE_CHECKING:
    from infra.local.api import Api
    from tests.e2e.installation import Installation

pytestmark = pytest.mark.e2e

PROJECT = "/api/projects/default"
OVER = ("succeeded", "failed", "cancelled", "lost")


def ended(api: Api, job: dict) -> dict:
    return eventually(lambda: (seen := api.call("GET", f"/api/jobs/{job['id']}"))["state"] in OVER and seen, within=900)


def in_service(api: Api) -> str:
    """The name of the model that Rasa serves."""
    return api.call("GET", f"{PROJECT}/models?tag=production")[0]["model"]


def at_work(installation: Installation, module: str) -> list[psutil.Process]:
    """The processes that run a module in a task's folder."""
    found = []
    for process in psutil.process_iter():
        with suppress(psutil.Error):
            if module in process.cmdline() and Path(process.cwd()).is_relative_to(installation.state / "tasks"):
                found.append(process)
    return found


def test_a_model_is_tested_by_rasa_and_asked_at_once(installation: Installation):
    api = installation.log_in()
    model = in_service(api)

    job = ended(api, api.call("PUT", f"{PROJECT}/evaluations/{model}"))

    assert job["state"] == "succeeded", job
    found = api.call("GET", f"{PROJECT}/evaluations/{model}")
    assert found["scores"]["nlu"]["f1"] > 0.8
    assert found["scores"]["tests"]["total"] == 2
    assert found["left_out"] == {}
    predictions = found["intent_evaluation"]["predictions"]
    assert {"text", "intent", "predicted", "confidence"} == set(predictions[0])
    assert {"nlu/intent_confusion_matrix.png", "nlu/intent_histogram.png"} < set(found["files"])
    parsed = api.call("POST", f"{PROJECT}/models/{model}/parse", {"texts": ["hello"]})
    assert (parsed["warm"], parsed["messages"][0]["intent"]["name"]) == (True, "greet")


def test_a_worker_that_is_killed_half_way_fails_its_job_and_the_model_in_service_stays(installation: Installation):
    api = installation.log_in()
    served = in_service(api)
    job = api.call("POST", f"{PROJECT}/models/jobs", {"force": True, "promote": True})
    eventually(lambda: (api.call("GET", f"/api/jobs/{job['id']}")["progress"] or {}).get("percent", 0) > 40, within=900)

    (worker,) = at_work(installation, "parlance_rasa.tasks.train")
    os.kill(worker.pid, signal.SIGKILL)

    done = ended(api, job)
    assert (done["state"], done["error"]["code"], done["exit_code"]) == ("failed", "TaskEnded", 137)
    assert api.call("GET", f"/api/jobs/{job['id']}/log")["lines"]
    assert in_service(api) == served
    assert installation.say("e2e-killed", "hello")
    eventually(lambda: not at_work(installation, "parlance_rasa.tasks.rasa_cli"))
