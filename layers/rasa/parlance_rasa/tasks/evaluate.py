"""The command of an evaluation, `python -m parlance_rasa.tasks.evaluate`: one model tested by Rasa's own tests."""

import json
import os
import sys
from typing import Any, Dict, List

from parlance_rasa.tasks import storage
from parlance_rasa.tasks.orders import Orders, carry_out
from parlance_rasa.tasks.worker import Worker, fetch_project

LARGEST = 4 * 1024 * 1024
"""Bytes of a report: it has to pass through one answer of a Lambda function (6 MB)."""
KINDS = {".png": "image/png", ".json": "application/json", ".yml": "application/yaml"}


def evaluate(orders: Orders, worker: Worker, folder: str) -> Dict[str, Any]:
    """Do the work of an evaluation in a folder and return the job's result."""
    worker.enter("downloading", 1.0)
    fetch_project(orders.data_bucket, orders.project_key, folder)
    os.makedirs(os.path.join(folder, "base"))
    model = os.path.join(folder, "base", "model.tar.gz")
    storage.download(orders.models_bucket, orders.models[0]["key"], model)
    request = dict(orders.details, model=model, out=os.path.join(folder, "results"))
    with open(os.path.join(folder, "request.json"), "w", encoding="utf-8") as file:
        json.dump(request, file)
    worker.start(["-m", "parlance_rasa.tasks.rasa_tests", "request.json"], folder)
    worker.enter("uploading", 97.0)
    return _upload(orders, os.path.join(folder, "results"))


def _upload(orders: Orders, results: str) -> Dict[str, Any]:
    """Store Rasa's files, and last the report: it is the proof that everything is there."""
    with open(os.path.join(results, "report.json"), encoding="utf-8") as file:
        report = json.load(file)
    report["model"] = orders.models[0]["name"]
    report["files"] = files_of(results)
    beside = orders.report_key.rpartition("/")[0]
    for name in report["files"]:
        kind = KINDS[os.path.splitext(name)[1]]
        storage.upload(os.path.join(results, name), orders.data_bucket, "%s/%s" % (beside, name), kind)
    path = os.path.join(results, "report.json")
    with open(path, "w", encoding="utf-8") as file:
        file.write(fitted(report))
    storage.upload(path, orders.data_bucket, orders.report_key, "application/json")
    return {"report_key": orders.report_key}


def files_of(results: str) -> List[str]:
    """Return the files that Rasa wrote, by their path within the results."""
    paths = [os.path.join(parent, name) for parent, _, names in os.walk(results) for name in names]
    found = sorted(os.path.relpath(path, results).replace(os.sep, "/") for path in paths)
    return [name for name in found if name != "report.json" and os.path.splitext(name)[1] in KINDS]


def fitted(report: Dict[str, Any]) -> str:
    """Return the report as JSON, without its right predictions when it is too large with them; figures always stay."""
    text = json.dumps(report)
    for path in (("intent_evaluation", "predictions"), ("cross_validation", "intent_evaluation", "predictions")):
        if len(text) > LARGEST:
            _drop_right(report, path)
            text = json.dumps(report)
    for part in ("stories", "tests"):
        if len(text) > LARGEST and report.get(part):
            report[part]["actions"] = []
            text = json.dumps(report)
    return text


def _drop_right(report: Dict[str, Any], path: Any) -> None:
    *parents, last = path
    for name in parents:
        report = report.get(name) or {}
    wrong = [found for found in report.get(last, []) if found["intent"] != found["predicted"]]
    if last in report:
        report["predictions_left_out"] = len(report[last]) - len(wrong)
        report[last] = wrong


if __name__ == "__main__":
    sys.exit(carry_out(evaluate))
