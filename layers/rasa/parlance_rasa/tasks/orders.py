"""What a job that is no training has to do, as the workbench says it in the environment."""

import functools
import os
import sys
from typing import Any, Callable, Dict, List, Mapping, NamedTuple, Optional

from parlance_rasa.tasks import storage
from parlance_rasa.tasks.environment import require
from parlance_rasa.tasks.steps import Steps
from parlance_rasa.tasks.worker import Worker, read_json, started

NEEDED = ("JOB_ID", "JOBS_QUEUE", "DATA_BUCKET", "MODELS_BUCKET", "REPORT_KEY", "ORDERS")


class Orders(NamedTuple):
    """The models to work with, each with its name and S3 key, and where the report goes."""

    id: str
    queue: str
    data_bucket: str
    models_bucket: str
    project_key: str
    texts_key: str
    report_key: str
    models: List[Dict[str, str]]
    details: Dict[str, Any]

    @classmethod
    def from_env(cls, env: Mapping[str, str]) -> "Orders":
        """Read the orders; raise `MissingSettingsError` with all missing names at once."""
        require(env, NEEDED)
        details = read_json(env["ORDERS"])
        return cls(
            id=env["JOB_ID"],
            queue=env["JOBS_QUEUE"],
            data_bucket=env["DATA_BUCKET"],
            models_bucket=env["MODELS_BUCKET"],
            project_key=env.get("PROJECT_KEY", ""),
            texts_key=env.get("TEXTS_KEY", ""),
            report_key=env["REPORT_KEY"],
            models=details.pop("models"),
            details=details,
        )


def carry_out(
    work: Callable[[Orders, Worker, str], Dict[str, Any]], child: Optional[Callable[[str], int]] = None
) -> int:
    """Do what a task's command is for, in a folder of its own; with a path behind the command, the child's part of it.

    0 when the work is in storage and the workbench was told, 1 when it was told of a failure, 2 without orders.
    """
    if child and len(sys.argv) > 1:
        return child(sys.argv[1])
    return started(
        Orders.from_env,
        lambda orders: Worker(orders.id, orders.queue, Steps()).run(functools.partial(work, orders)),
    )


def reported(orders: Orders, worker: Worker, folder: str) -> Dict[str, Any]:
    """Store the folder's report, which is the proof of success, and return the job's result."""
    worker.enter("uploading", 97.0)
    storage.upload(os.path.join(folder, "report.json"), orders.data_bucket, orders.report_key, "application/json")
    return {"report_key": orders.report_key}
