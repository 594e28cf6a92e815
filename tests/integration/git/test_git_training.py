"""A git branch is trained: it becomes the project, whose snapshot goes to the task."""

from __future__ import annotations

import io
import json
import zipfile
from typing import TYPE_CHECKING

import pytest

from parlance.adapters import aws
from tests.integration.git.conftest import NLU, PROJECT
from tests.integration.models.conftest import environment, workbench

if TYPE_CHECKING:
    from tests.integration.git.conftest import Bench
    from tests.integration.models.conftest import Workbench
    from tests.support.git_server import Origin

__all__ = ["workbench"]

TRAININGS = "/projects/default/models/jobs"


@pytest.fixture
def trained(connected: Bench, workbench: Workbench) -> Workbench:  # in this order: the second one's cluster counts
    """A workbench that is connected with a repository and has a model of its main branch."""
    workbench.train("m0")
    return workbench


def test_a_branch_is_trained_on_from_a_model(trained: Workbench, connected: Bench, origin: Origin) -> None:
    more = NLU.replace("- hey\n", "- hey\n    - howdy\n")
    origin.push({"data/nlu.yml": more}, branch="howdy")
    assert connected.do("PUT", "/branches/howdy")["state"] == "succeeded"

    job = connected.client.post(TRAININGS, {"finetune": "m0", "epoch_fraction": 0.5})

    assert (job.status, job.json["state"]) == (202, "running"), job.text
    assert job.json["options"] == {"finetune": "m0", "epoch_fraction": 0.5}
    (task,) = [one for one in trained.tasks() if one["startedBy"] == f"job-{job.json['id']}"[:36]]
    given = environment(task)
    base = connected.client.get("/projects/default/models").json[0]
    assert json.loads(given["TRAIN_OPTIONS"])["epoch_fraction"] == 0.5
    stored = aws.client("s3").head_object(Bucket=trained.models, Key=json.loads(given["TRAIN_OPTIONS"])["finetune"])
    assert (base["model"], stored["ETag"].strip('"')) == ("m0", base["hash"])
    snapshot = aws.client("s3").get_object(Bucket=trained.data, Key=given["PROJECT_KEY"])["Body"].read()
    with zipfile.ZipFile(io.BytesIO(snapshot)) as files:
        assert {name: files.read(name).decode() for name in files.namelist()} == {**PROJECT, "data/nlu.yml": more}
