"""The command of the Rasa worker, `python -m parlance_rasa.tasks.train`: trains one project and says how it went."""

import json
import os
import sys
from typing import Any, Dict, List, Mapping, NamedTuple, Optional

from parlance_rasa.tasks import cache, completion, model, project, storage
from parlance_rasa.tasks.environment import require
from parlance_rasa.tasks.failure import TrainingFailedError
from parlance_rasa.tasks.plan import Plan
from parlance_rasa.tasks.progress import Progress
from parlance_rasa.tasks.remarks import Remarks
from parlance_rasa.tasks.worker import Worker, fetch_project, started

VALIDATION = "Project validation completed with errors"
NEEDED = ("JOB_ID", "JOBS_QUEUE", "DATA_BUCKET", "PROJECT_KEY", "MODELS_BUCKET", "MODEL_KEY")


class Job(NamedTuple):
    """What is to be trained, and where its model goes."""

    id: str
    queue: str
    data_bucket: str
    project_key: str
    models_bucket: str
    model_key: str
    options: Dict[str, Any]

    @classmethod
    def from_env(cls, env: Mapping[str, str]) -> "Job":
        """Read the job; raise `MissingSettingsError` with all missing names at once."""
        require(env, NEEDED)
        return cls(
            id=env["JOB_ID"],
            queue=env["JOBS_QUEUE"],
            data_bucket=env["DATA_BUCKET"],
            project_key=env["PROJECT_KEY"],
            models_bucket=env["MODELS_BUCKET"],
            model_key=env["MODEL_KEY"],
            options=json.loads(env.get("TRAIN_OPTIONS") or "{}"),
        )


def main() -> int:
    """Train; 0 when the model is in storage and the workbench was told, 1 when it was told that it failed, else 2."""
    return started(Job.from_env, run)


def run(job: Job) -> int:
    """Train one project, from its snapshot in S3 to its model in S3."""
    worker = Worker(job.id, job.queue, Progress(Plan([])))
    return worker.run(lambda worker, folder: train(job, worker, folder))


def train(job: Job, worker: Worker, folder: str) -> Dict[str, Any]:
    """Do the work of a training in a folder and return the job's result."""
    cache.limit()
    worker.prepare(["-m", "parlance_rasa.tasks.rasa_cli"], folder)
    worker.enter("downloading", 0.5)
    fetch_project(job.data_bucket, job.project_key, folder)
    base = _base(job, folder)
    if not job.options.get("force") and not base:
        cache.restore(job.models_bucket, folder)
    worker.progress = Progress(Plan.from_config(project.read_config(folder), job.options.get("only")))
    worker.enter("starting", 1.0)
    remarks = Remarks(folder)
    worker.problems = remarks.problems
    if job.options.get("skip_validation"):
        remarks.add(completion.complete(folder))
    try:
        arguments = project.command(folder, job.options, base)
        worker.tell(json.dumps(arguments), _listener(worker, remarks))
    except TrainingFailedError as error:
        remarks.close()
        raise refused(error, remarks.problems) from error
    remarks.close()
    worker.enter("uploading", 97.0)
    if not base:
        cache.keep(job.models_bucket, folder)
    return model.upload(model.find(folder), job.models_bucket, job.model_key)


def refused(error: TrainingFailedError, problems: List[Dict[str, Any]]) -> TrainingFailedError:
    """Return the error in the words of the first problem when it was Rasa's validation that refused the project."""
    fatal = [problem for problem in problems if problem["severity"] == "error"]
    if not fatal or VALIDATION not in str(error):
        return error
    first = "%(path)s, line %(line)s: %(message)s" % fatal[0]
    rest = " Errors in all: %d." % len(fatal) if len(fatal) > 1 else ""
    return TrainingFailedError("ValidationFailed", "Rasa's validation refuses the project. %s%s" % (first, rest))


def _listener(worker: Worker, remarks: Remarks) -> Any:
    """Return what takes Rasa's lines: for how far it is, and for what it finds odd."""

    def listen(line: str) -> None:
        if worker.progress.read(line) | remarks.read(line):
            worker.changed()

    return listen


def _base(job: Job, folder: str) -> Optional[str]:
    """Fetch the model that the job asks to be finetuned; None when it does not ask."""
    key = job.options.get("finetune")
    if not key:
        return None
    os.makedirs(os.path.join(folder, "base"))
    path = os.path.join(folder, "base", os.path.basename(key))
    storage.download(job.models_bucket, key, path)
    return path


if __name__ == "__main__":
    sys.exit(main())
