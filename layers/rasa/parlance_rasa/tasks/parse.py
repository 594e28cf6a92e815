"""The command of a parsing, `python -m parlance_rasa.tasks.parse`: what one model, or two, make of texts."""

import asyncio
import json
import os
import sys
from typing import Any, Dict, List

from parlance_rasa.tasks import storage
from parlance_rasa.tasks.orders import Orders, carry_out, reported
from parlance_rasa.tasks.steps import as_quiet_as_rasa, mark
from parlance_rasa.tasks.worker import Worker

EVERY = 25
RANKED = 10
"""Intents kept of a ranking."""


def parse(orders: Orders, worker: Worker, folder: str) -> Dict[str, Any]:
    """Do the work in a folder and return the job's result."""
    worker.enter("downloading", 1.0)
    storage.download(orders.data_bucket, orders.texts_key, os.path.join(folder, "texts.json"))
    paths = []
    for number, model in enumerate(orders.models):
        paths.append(os.path.join(folder, "%d.tar.gz" % number))
        storage.download(orders.models_bucket, model["key"], paths[-1])
    request = {"models": paths, "names": [model["name"] for model in orders.models]}
    with open(os.path.join(folder, "request.json"), "w", encoding="utf-8") as file:
        json.dump(request, file)
    worker.start(["-m", "parlance_rasa.tasks.parse", "request.json"], folder)
    return reported(orders, worker, folder)


def child(path: str) -> int:
    """Write `report.json`: the texts, and for each model what it makes of them, in the same order."""
    with open(path, encoding="utf-8") as file:
        request = json.load(file)
    with open("texts.json", encoding="utf-8") as file:
        texts: List[str] = json.load(file)
    found = asyncio.run(_all(request["models"], texts))
    report = {"texts": texts, "models": request["names"], "predictions": [one["predictions"] for one in found]}
    report["model_ids"] = [one["model_id"] for one in found]
    with open("report.json", "w", encoding="utf-8") as file:
        json.dump(report, file)
    return 0


async def _all(models: List[str], texts: List[str]) -> List[Dict[str, Any]]:
    from rasa.core.agent import Agent

    from parlance_rasa.rollout.quick import without_gradients

    as_quiet_as_rasa()
    found = []
    for number, path in enumerate(models):
        start, end = (2.0 + 94.0 * at / len(models) for at in (number, number + 1))
        mark("loading", start, start)
        with without_gradients():
            agent = Agent.load(model_path=path)
        mark("parsing", start, end)
        found.append({"model_id": agent.model_id, "predictions": await _parsed(agent, texts)})
    return found


async def _parsed(agent: Any, texts: List[str]) -> List[Dict[str, Any]]:
    predictions = []
    for number, text in enumerate(texts):
        predictions.append(short(await agent.parse_message(text)))
        if number % EVERY == 0:
            print("%d/%d [00" % (number, len(texts)), flush=True)  # noqa: T201 - the parent's bar
    return predictions


def short(parsed: Dict[str, Any]) -> Dict[str, Any]:
    """Return what the workbench keeps of a message's parse data."""
    return {
        "intent": parsed.get("intent"),
        "intent_ranking": (parsed.get("intent_ranking") or [])[:RANKED],
        "entities": parsed.get("entities") or [],
    }


if __name__ == "__main__":
    sys.exit(carry_out(parse, child))
