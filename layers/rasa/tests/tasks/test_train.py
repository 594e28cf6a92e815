"""A whole training task against S3 and SQS on the emulator, with the real Rasa where it says something."""

import io
import json
import zipfile
from pathlib import Path

import pytest

from parlance_rasa.tasks import train
from parlance_rasa.tasks.failure import TrainingFailedError
from parlance_rasa.tasks.process import Process
from parlance_rasa.tasks.progress import Plan, Progress
from parlance_rasa.tasks.worker import Worker

HELPDESK = Path(__file__).resolve().parents[4] / "tests" / "data" / "helpdesk"
CONFIG = "assistant_id: t\nlanguage: en\npipeline:\n- name: %s\npolicies:\n- name: RulePolicy\n"
QUICK = "WhitespaceTokenizer\n- name: CountVectorsFeaturizer\n- name: LogisticRegressionClassifier"
KEYWORDS = CONFIG % "KeywordIntentClassifier"
DOMAIN = 'version: "3.1"\nintents:\n- greet\nresponses:\n  utter_hi:\n  - text: Hi\n  utter_unused:\n  - text: Oh\n'
NLU = 'version: "3.1"\nnlu:\n- intent: greet\n  examples: |\n    - hello\n    - good morning\n'
RULES = 'version: "3.1"\nrules:\n- rule: hi\n  steps:\n  - intent: greet\n  - action: utter_hi\n'
PROJECT = {"config.yml": KEYWORDS, "domain.yml": DOMAIN, "data/nlu.yml": NLU, "data/rules.yml": RULES}
RAISES = """
from typing import List

from rasa.engine.graph import GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class Raises(GraphComponent):
    @classmethod
    def create(cls, config, model_storage, resource, execution_context):
        return cls()

    def train(self, training_data: TrainingData) -> Resource:
        raise ValueError("the moon is not right")

    def process(self, messages: List[Message]) -> List[Message]:
        return messages
"""


@pytest.fixture
def task(emulator, monkeypatch):
    """Train a project as the task's command does; returns its exit code, its messages and where its model went."""
    for name, value in {
        "AWS_ENDPOINT_URL": emulator.url,
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
    }.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")

    def run(files, models="data", **options):
        body = io.BytesIO()
        with zipfile.ZipFile(body, "w") as archive:
            for path, text in files.items():
                archive.writestr(path, text)
        emulator.client("s3").put_object(Bucket="data", Key="projects/j.zip", Body=body.getvalue())
        job = train.Job("j", emulator.queue, "data", "projects/j.zip", models, "models/j.tar.gz", options)
        code = train.run(job)
        return code, [message for message, _ in emulator.everything()]

    return run


def last(messages):
    return max(messages, key=lambda message: message["seq"])


def test_a_data_set_with_one_intent_is_trained_and_what_rasa_finds_odd_is_said(task, emulator):
    code, messages = task(PROJECT)

    done = last(messages)
    assert (code, done["state"], done["result"]["model_key"]) == (0, "succeeded", "models/j.tar.gz")
    assert (
        emulator.client("s3").head_object(Bucket="data", Key="models/j.tar.gz")["ContentLength"]
        == done["result"]["size"]
    )
    unused = [problem for problem in done["problems"] if "utter_unused" in problem["message"]]
    assert [(problem["path"], problem["line"], problem["severity"]) for problem in unused] == [
        ("domain.yml", 7, "warning")
    ]


def test_the_helpdesk_that_validation_refuses_is_trained_on_demand(task):
    """Its domain is cut off: plain Rasa breaks off at an action that its stories name, validated or not."""
    files = {str(path.relative_to(HELPDESK)): path.read_text() for path in HELPDESK.rglob("*.yml")}
    files["config.yml"] = CONFIG % QUICK  # the policy that breaks off, without minutes of epochs

    code, messages = task(files, skip_validation=True)

    done = last(messages)
    assert (code, done["state"]) == (0, "succeeded"), done
    declared = [problem["message"] for problem in done["problems"] if "was declared" in problem["message"]]
    assert any("'action_check_incident_status'" in sentence for sentence in declared)
    assert any("'incident_status_form'" in sentence for sentence in declared)


def test_an_invalid_pipeline_fails_in_rasas_words(task):
    code, messages = task(dict(PROJECT, **{"config.yml": CONFIG % "NoSuchClassifier"}))

    error = last(messages)["error"]
    assert (code, error["code"]) == (1, "TrainingFailed")
    assert "NoSuchClassifier" in error["message"]


def test_a_custom_component_that_raises_fails_in_its_own_words(task, tmp_path, monkeypatch):
    (tmp_path / "moody.py").write_text(RAISES)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))

    code, messages = task(dict(PROJECT, **{"config.yml": CONFIG % "moody.Raises"}))

    failed = last(messages)
    assert (code, failed["error"]["code"]) == (1, "TrainingFailed")
    assert "the moon is not right" in failed["error"]["message"]
    assert any("the moon is not right" in line for line in failed["log_tail"])


@pytest.mark.parametrize(
    ("files", "code"),
    [({"../evil.py": ""}, "ProjectInvalid"), ({"config.yml": "a: ["}, "ProjectInvalid"), ({}, "ProjectInvalid")],
    ids=["leads out", "no YAML", "empty"],
)
def test_a_project_that_is_none_starts_no_rasa(task, monkeypatch, files, code):
    monkeypatch.setattr(Process, "run", lambda *_: pytest.fail("Rasa was told to train"))

    exit_code, messages = task(files)

    assert (exit_code, last(messages)["error"]["code"]) == (1, code)


def test_a_storage_that_refuses_is_named(task, monkeypatch, tmp_path):
    (tmp_path / "x.tar.gz").touch()
    monkeypatch.setattr(Process, "run", lambda *_: None)
    monkeypatch.setattr(train.model, "find", lambda folder: str(tmp_path / "x.tar.gz"))
    monkeypatch.setattr(
        train.model, "_metadata", lambda _path: {"rasa_open_source_version": "3.6.21", "trained_at": "x"}
    )

    code, messages = task(PROJECT, models="nobodys-bucket")

    error = last(messages)["error"]
    assert (code, error["code"]) == (1, "StorageFailed")
    assert "NoSuchBucket" in error["message"]


def test_a_full_disk_is_told_from_other_failures(task, monkeypatch):
    def full(_archive, _folder):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("parlance_rasa.tasks.project.unpack", full)

    code, messages = task(PROJECT)

    assert (code, last(messages)["error"]["code"]) == (1, "DiskFull")


def test_what_validation_refuses_is_said_with_its_place():
    error = TrainingFailedError("TrainingFailed", "Project validation completed with errors.")
    fatal = {"path": "data/rules.yml", "line": 7, "severity": "error", "message": "The action 'x' is not listed."}
    warning = dict(fatal, severity="warning")

    refused = train.refused(error, [warning, fatal, fatal])

    assert (refused.code, str(refused)) == (
        "ValidationFailed",
        "Rasa's validation refuses the project. data/rules.yml, line 7: " + fatal["message"] + " Errors in all: 2.",
    )
    assert train.refused(error, [warning]) is error


def test_messages_carry_problems_only_when_there_are_some():
    worker = Worker.__new__(Worker)
    worker.progress, worker.problems, worker._process = Progress(Plan([])), [], None

    assert "problems" not in worker._look()
    worker.problems.append({"path": "a", "line": 1, "severity": "warning", "message": "b"})
    assert json.loads(json.dumps(worker._look()))["problems"][0]["path"] == "a"
