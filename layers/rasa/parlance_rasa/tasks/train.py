"""The command of the Rasa worker, `python -m parlance_rasa.tasks.train`: trains one project and says how it went."""

import contextlib
import json
import os
import signal
import sys
import tempfile
from typing import Any, Dict, Iterator, Mapping, NamedTuple, Optional

from parlance_rasa.tasks import model, project
from parlance_rasa.tasks.environment import MissingSettingsError, require
from parlance_rasa.tasks.failure import TrainingFailedError
from parlance_rasa.tasks.plan import Plan
from parlance_rasa.tasks.progress import Progress
from parlance_rasa.tasks.report import Report
from parlance_rasa.tasks.training import Training

NEEDED = ("JOB_ID", "JOBS_QUEUE", "DATA_BUCKET", "PROJECT_KEY", "MODELS_BUCKET", "MODEL_KEY")
TAIL_WHILE_RUNNING = 20
TAIL_AT_THE_END = 100


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
    try:
        job = Job.from_env(os.environ)
    except (MissingSettingsError, ValueError) as error:
        sys.stderr.write("The training does not start. %s\n" % error)
        return 2
    return Worker(job).run()


class Worker:
    """One training, from the project in S3 to the model in S3."""

    def __init__(self, job: Job) -> None:
        self._job = job
        self._progress = Progress(Plan([]))
        self._training: Optional[Training] = None
        self._report = Report(_sender(job.queue), job.id, self._look)

    def run(self) -> int:
        """Train and report; never ends without a last word unless the jobs queue stays away."""
        self._report.start()
        try:
            with tempfile.TemporaryDirectory(prefix="training-") as folder, _stopping(self._stop):
                result = self._train(folder)
        except TrainingFailedError as error:
            return self._failed(error.code, str(error))
        except Exception as error:  # noqa: BLE001 - the edge of the process: whatever it is, the job has to know
            return self._failed("TrainingError", "%s: %s" % (type(error).__name__, error))
        self._report.finish("succeeded", result=result, progress={"stage": "done", "percent": 100.0})
        return 0

    def _train(self, folder: str) -> Dict[str, Any]:
        self._enter("downloading", 0.5)
        archive = os.path.join(folder, "project.zip")
        model.download(self._job.data_bucket, self._job.project_key, archive)
        project.unpack(archive, folder)
        os.remove(archive)
        self._progress = Progress(Plan.from_config(project.read_config(folder), self._job.options.get("only")))
        self._enter("starting", 1.0)
        self._training = Training(project.command(folder, self._job.options, self._base(folder)), folder, self._on_line)
        self._training.run()
        self._enter("uploading", 97.0)
        return model.upload(model.find(folder), self._job.models_bucket, self._job.model_key)

    def _base(self, folder: str) -> Optional[str]:
        """Fetch the model that the job asks to be finetuned; None when it does not ask."""
        key = self._job.options.get("finetune")
        if not key:
            return None
        os.makedirs(os.path.join(folder, "base"))
        path = os.path.join(folder, "base", os.path.basename(key))
        model.download(self._job.models_bucket, key, path)
        return path

    def _on_line(self, line: str) -> None:
        if self._progress.read(line):
            self._report.changed()

    def _enter(self, stage: str, percent: float) -> None:
        self._progress.enter(stage, percent)
        self._report.changed()

    def _look(self) -> Dict[str, Any]:
        return {"progress": self._progress.snapshot(), "log_tail": self._log(TAIL_WHILE_RUNNING)}

    def _log(self, most: int) -> Any:
        return list(self._training.log)[-most:] if self._training else []

    def _stop(self) -> None:
        if self._training is None:
            raise TrainingFailedError("Stopped", "The training was stopped.")
        self._training.stop()

    def _failed(self, code: str, message: str) -> int:
        sys.stderr.write("The training failed. %s\n" % message)
        self._report.finish("failed", error={"code": code, "message": message}, log_tail=self._log(TAIL_AT_THE_END))
        return 1


@contextlib.contextmanager
def _stopping(stop: Any) -> Iterator[None]:
    """Let SIGTERM and SIGINT stop the training in an orderly way."""
    before = {number: signal.signal(number, lambda *_: stop()) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _sender(queue: str) -> Any:
    import boto3

    client = boto3.client("sqs")
    return lambda body: client.send_message(QueueUrl=queue, MessageBody=body)


if __name__ == "__main__":
    sys.exit(main())
