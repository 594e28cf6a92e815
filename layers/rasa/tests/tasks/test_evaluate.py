"""What is around Rasa's tests and parsing: progress, the report's size, the files beside it."""

import json

import pytest

from parlance_rasa.tasks import evaluate, rasa_tests
from parlance_rasa.tasks.environment import MissingSettingsError
from parlance_rasa.tasks.orders import Orders
from parlance_rasa.tasks.parse import short
from parlance_rasa.tasks.steps import Steps


def test_steps_and_bars_lead_forward_only():
    steps = Steps()
    seen = []
    for line in ["parlance step nlu 15.0 30.0", " 50%|##| 8/16 [00:01<00:01, 8it/s]", "noise", " 12%| 2/16 [00:00<"]:
        steps.read(line)
        seen.append((steps.snapshot()["stage"], steps.snapshot()["percent"]))

    assert seen == [("nlu", 15.0), ("nlu", 22.5), ("nlu", 22.5), ("nlu", 22.5)]


def test_a_report_that_is_too_large_keeps_its_figures_and_its_errors(monkeypatch):
    right = {"text": "x" * 100, "intent": "a", "predicted": "a"}
    wrong = dict(right, predicted="b")
    report = {
        "intent_evaluation": {"f1_score": 0.5, "predictions": [right] * 50 + [wrong]},
        "stories": {"accuracy": 1.0, "actions": [right] * 50},
    }
    whole = json.dumps(report)

    assert json.loads(evaluate.fitted(json.loads(whole))) == report
    monkeypatch.setattr(evaluate, "LARGEST", 1000)
    left = json.loads(evaluate.fitted(json.loads(whole)))

    assert left["intent_evaluation"] == {"f1_score": 0.5, "predictions": [wrong], "predictions_left_out": 50}
    assert left["stories"] == {"accuracy": 1.0, "actions": []}


def test_every_part_that_is_left_out_keeps_its_reason():
    report = {"left_out": {"tests": "There is no tests/."}}

    rasa_tests.add(report, {"intent_evaluation": {}})
    rasa_tests.add(report, {"left_out": {"cross_validation": "Too few examples."}})

    reasons = {"tests": "There is no tests/.", "cross_validation": "Too few examples."}
    assert report == {"intent_evaluation": {}, "left_out": reasons}


def test_rasas_files_are_named_by_their_place(tmp_path):
    for name in ("nlu/intent_report.json", "tests/failed_test_stories.yml", "report.json", "nlu/odd.tmp"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()

    assert evaluate.files_of(str(tmp_path)) == ["nlu/intent_report.json", "tests/failed_test_stories.yml"]


def test_orders_name_all_that_is_missing_and_are_read_whole():
    with pytest.raises(MissingSettingsError, match="JOBS_QUEUE, DATA_BUCKET, MODELS_BUCKET, REPORT_KEY, ORDERS"):
        Orders.from_env({"JOB_ID": "j"})

    names = ("JOB_ID", "JOBS_QUEUE", "DATA_BUCKET", "MODELS_BUCKET", "REPORT_KEY", "PROJECT_KEY")
    env = dict({name: name for name in names}, ORDERS='{"models": [{"name": "m", "key": "k"}], "parts": ["nlu"]}')
    orders = Orders.from_env(env)
    assert (orders.models, orders.details, orders.texts_key) == ([{"name": "m", "key": "k"}], {"parts": ["nlu"]}, "")


def test_a_prediction_is_kept_without_what_nobody_reads():
    parsed = {"text": "hi", "intent": {"name": "a"}, "intent_ranking": [{"name": str(n)} for n in range(20)], "x": 1}

    kept = short(parsed)

    assert (set(kept), len(kept["intent_ranking"]), kept["entities"]) == (
        {"intent", "intent_ranking", "entities"},
        10,
        [],
    )
