"""The command `python -m parlance_rasa.tasks.conversations`: conversations evaluated as stories, by one model."""

import asyncio
import json
import os
import sys
import tempfile
from typing import Any, Dict, List

from parlance_rasa.tasks import storage
from parlance_rasa.tasks.orders import Orders, carry_out, reported
from parlance_rasa.tasks.steps import as_quiet_as_rasa, mark
from parlance_rasa.tasks.worker import Worker

EVERY = 5


def evaluate(orders: Orders, worker: Worker, folder: str) -> Dict[str, Any]:
    """Do the work in a folder and return the job's result."""
    worker.enter("downloading", 1.0)
    storage.download(orders.data_bucket, orders.texts_key, os.path.join(folder, "stories.json"))
    storage.download(orders.models_bucket, orders.models[0]["key"], os.path.join(folder, "model.tar.gz"))
    worker.start(["-m", "parlance_rasa.tasks.conversations", "stories.json"], folder)
    return reported(orders, worker, folder)


def child(path: str) -> int:
    """Write `report.json`: for each conversation what Rasa says of it, or why Rasa cannot go through it."""
    with open(path, encoding="utf-8") as file:
        told: List[Dict[str, Any]] = json.load(file)
    with open("report.json", "w", encoding="utf-8") as file:
        json.dump(asyncio.run(_all(told)), file, default=_plain)
    return 0


async def _all(told: List[Dict[str, Any]]) -> List[Dict[str, Any]]:
    from rasa.core.agent import Agent

    from parlance_rasa.rollout.quick import without_gradients

    as_quiet_as_rasa()
    mark("loading", 2.0, 20.0)
    with without_gradients():
        agent = Agent.load(model_path="model.tar.gz")
    mark("conversations", 20.0, 96.0)
    found = []
    for number, one in enumerate(told):
        found.append({"sender_id": one["sender_id"], "at": one["at"], "result": await _one(agent, one["story"])})
        if number % EVERY == 0:
            print("%d/%d [00" % (number, len(told)), flush=True)  # noqa: T201 - the parent's bar
    return found


async def _one(agent: Any, story: str) -> Dict[str, Any]:
    """Return what Rasa's own `/model/test/stories` answers; a story that the model's domain cannot hold is refused."""
    from rasa.core.test import test

    with tempfile.TemporaryDirectory() as folder:
        path = _written(folder, story)
        try:
            found: Dict[str, Any] = await test(path, agent, e2e=False, disable_plotting=True)
        except Exception as error:  # noqa: BLE001 - one conversation must not stand in the others' way
            return {"refused": "%s: %s" % (type(error).__name__, error)}
    return found


def _written(folder: str, story: str) -> str:
    path = os.path.join(folder, "story.yml")
    with open(path, "w", encoding="utf-8") as file:
        file.write(story)
    return path


def _plain(value: Any) -> Any:
    """Return what JSON can hold of numpy's numbers, else the words for it."""
    return value.item() if hasattr(value, "item") else str(value)


if __name__ == "__main__":
    sys.exit(carry_out(evaluate, child))
