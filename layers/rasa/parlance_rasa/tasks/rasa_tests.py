"""Rasa's own tests, run in the folder of a project: `python -m parlance_rasa.tasks.rasa_tests REQUEST.json`.

Writes `report.json` with what Rasa's functions return, beside the files that Rasa writes itself.
"""

import asyncio
import json
import os
import sys
import time
from typing import Any, Dict

from parlance_rasa.rollout.quick import without_gradients
from parlance_rasa.tasks.steps import as_quiet_as_rasa, mark

SPANS = {"nlu": (15.0, 30.0), "stories": (30.0, 40.0), "tests": (40.0, 50.0), "cross_validation": (50.0, 95.0)}


def main() -> int:
    """Run what the request asks for; a part that the project has no data for is left out and said so."""
    with open(sys.argv[1], encoding="utf-8") as file:
        request = json.load(file)
    os.makedirs(request["out"], exist_ok=True)
    mark("loading", 2.0, 15.0)
    report = asyncio.run(run(request))
    with open(os.path.join(request["out"], "report.json"), "w", encoding="utf-8") as file:
        json.dump(report, file, default=_plain)
    return 0


async def run(request: Dict[str, Any]) -> Dict[str, Any]:
    """Return the report of all parts."""
    import rasa
    from rasa.core.agent import Agent

    as_quiet_as_rasa()
    with without_gradients():
        agent = Agent.load(model_path=request["model"])
    report: Dict[str, Any] = {"rasa_version": rasa.__version__, "timestamp": time.time(), "left_out": {}}
    for part in request["parts"]:
        mark(part, *SPANS[part])
        reason = missing(part, agent)
        if reason:
            report["left_out"][part] = reason
        else:
            add(report, await PARTS[part](agent, request))
    return report


def add(report: Dict[str, Any], found: Dict[str, Any]) -> None:
    """Add what a part found to the report; why others were left out stays."""
    left_out = dict(report["left_out"], **found.get("left_out", {}))
    report.update(found, left_out=left_out)


def missing(part: str, agent: Any) -> str:
    """Say why a part cannot be run; nothing when it can."""
    from rasa.shared.data import TrainingType

    kind = agent.processor.model_metadata.training_type
    if part == "tests" and not _has_texts("tests"):
        return "The project has no tests/."
    if part in ("stories", "tests") and kind == TrainingType.NLU:
        return "The model has no dialogue part."
    if part in ("nlu", "cross_validation") and (kind == TrainingType.CORE or not _data().nlu_examples):
        return "There is no NLU model or no NLU data to test."
    return ""


async def test_nlu(agent: Any, request: Dict[str, Any]) -> Dict[str, Any]:
    """Test the model on the project's own NLU data, as `rasa test nlu` does."""
    from rasa.nlu.test import run_evaluation

    out = os.path.join(request["out"], "nlu")
    found = await run_evaluation(
        "data", agent.processor, output_directory=out, errors=True, report_as_dict=True, domain_path=_domain()
    )
    return _stamped(found)


async def cross_validate(_agent: Any, request: Dict[str, Any]) -> Dict[str, Any]:
    """Train and test on parts of the data in turn, as `rasa test nlu --cross-validation` does."""
    from rasa.nlu.test import cross_validate, drop_intents_below_freq
    from rasa.shared.utils.io import read_config_file

    out, folds = os.path.join(request["out"], "cross_validation"), int(request["folds"])
    data = drop_intents_below_freq(_data(), cutoff=folds)
    if not data.intent_examples:
        return {"left_out": {"cross_validation": "No intent has as many examples as there are folds."}}
    results = await cross_validate(
        data, folds, read_config_file("config.yml"), output=out, errors=True, report_as_dict=True
    )
    intents, entities, responses = (result.evaluation or None for result in results)
    found = {
        "intent_evaluation": intents,
        "entity_evaluation": entities,
        "response_selection_evaluation": responses,
    }
    return {"cross_validation": dict(_stamped(found), folds=folds)}


async def test_stories(agent: Any, request: Dict[str, Any]) -> Dict[str, Any]:
    """Test the dialogue on the project's stories, as `rasa test core` does."""
    return {"stories": await _test_core(agent, "data", os.path.join(request["out"], "stories"), e2e=False)}


async def test_conversations(agent: Any, request: Dict[str, Any]) -> Dict[str, Any]:
    """Test whole conversations from what users say, as `rasa test` does with `tests/`."""
    return {"tests": await _test_core(agent, "tests", os.path.join(request["out"], "tests"), e2e=True)}


PARTS = {
    "nlu": test_nlu,
    "cross_validation": cross_validate,
    "stories": test_stories,
    "tests": test_conversations,
}


async def _test_core(agent: Any, data: str, out: str, *, e2e: bool) -> Dict[str, Any]:
    from rasa.core.test import test

    os.makedirs(out, exist_ok=True)
    found: Dict[str, Any] = await test(data, agent, out_directory=out, e2e=e2e)
    return dict(found, failed=_text(os.path.join(out, "failed_test_stories.yml")))


def _text(path: str) -> str:
    with open(path, encoding="utf-8") as file:
        return file.read()


def _stamped(found: Dict[str, Any]) -> Dict[str, Any]:
    if found.get("intent_evaluation"):
        found["intent_evaluation"]["timestamp"] = time.time()
    return found


def _data() -> Any:
    from rasa.shared.importers.importer import TrainingDataImporter

    importer = TrainingDataImporter.load_from_dict(training_data_paths=["data"], domain_path=_domain())
    return importer.get_nlu_data()


def _domain() -> str:
    return "domain.yml" if os.path.exists("domain.yml") else "domain"


def _has_texts(folder: str) -> bool:
    return any(name.endswith((".yml", ".yaml")) for _, _, names in os.walk(folder) for name in names)


def _plain(value: Any) -> Any:
    """Return what JSON can hold of numpy's numbers, else the words for it."""
    return value.item() if hasattr(value, "item") else str(value)


if __name__ == "__main__":
    sys.exit(main())
