"""What every task of a job does: take its work up, say how far it is, stop when told to, and say how it ended."""

import contextlib
import functools
import json
import os
import signal
import sys
import tempfile
from typing import Any, Callable, Dict, Iterator, List, Optional

from parlance_rasa.tasks import disk, storage
from parlance_rasa.tasks.environment import MissingSettingsError
from parlance_rasa.tasks.failure import TrainingFailedError
from parlance_rasa.tasks.process import Process
from parlance_rasa.tasks.report import Report

TAIL_WHILE_RUNNING = 20
TAIL_AT_THE_END = 100


class Worker:
    """One job; `progress` is whatever reads Rasa's lines and gives a snapshot of how far the work is."""

    def __init__(self, job_id: str, queue: str, progress: Any) -> None:
        self.progress = progress
        self.problems: List[Dict[str, Any]] = []
        self._process: Optional[Process] = None
        self._stopped = False
        self._report = Report(_sender(queue), job_id, self._look)

    def run(self, work: Callable[["Worker", str], Dict[str, Any]]) -> int:
        """Work in a folder of its own and report; never ends without a last word unless the jobs queue stays away."""
        self._report.start()
        try:
            with tempfile.TemporaryDirectory(prefix="job-") as folder, _stopping(self._stop), self._tidied():
                result = work(self, folder)
        except TrainingFailedError as error:
            return self._failed(error.code, str(error))
        except OSError as error:
            return self._failed(*disk.blamed(error))
        except Exception as error:  # noqa: BLE001 - the edge of the process: whatever it is, the job has to know
            return self._failed("TaskError", "%s: %s" % (type(error).__name__, error))
        done = {"stage": "done", "percent": 100.0}
        self._report.finish("succeeded", result=result, progress=done, **self._found())
        return 0

    def enter(self, stage: str, percent: float) -> None:
        """Begin a stage."""
        self.progress.enter(stage, percent)
        self._report.changed()

    def changed(self) -> None:
        """Let the next message go out as soon as the pace allows."""
        self._report.changed()

    def prepare(self, arguments: List[str], folder: str) -> None:
        """Begin `python ARGUMENTS` in a folder: it imports while the work is fetched, and waits to be told."""
        self._process = Process(arguments, folder, self._on_line)
        self._process.begin()

    def tell(self, told: str, on_line: Callable[[str], None]) -> None:
        """Tell the prepared process what to do and see it to its end; raises `TrainingFailedError` as `start` does."""
        if self._process is None:
            raise RuntimeError("nothing was prepared")
        self._heed()
        self._process.on_line = on_line
        self._process.run(told)

    def start(self, arguments: List[str], folder: str, on_line: Optional[Callable[[str], None]] = None) -> None:
        """Run `python ARGUMENTS` in a folder to its end; raises `TrainingFailedError` with its reason when it fails."""
        self._heed()
        self._process = Process(arguments, folder, on_line or self._on_line)
        self._process.run()

    @property
    def log(self) -> List[str]:
        """Return what the process said, without its bars."""
        return list(self._process.log) if self._process else []

    def _on_line(self, line: str) -> None:
        if self.progress.read(line):
            self._report.changed()

    def _look(self) -> Dict[str, Any]:
        return dict(self._found(), progress=self.progress.snapshot(), log_tail=self.log[-TAIL_WHILE_RUNNING:])

    def _found(self) -> Dict[str, Any]:
        return {"problems": list(self.problems)} if self.problems else {}

    @contextlib.contextmanager
    def _tidied(self) -> Iterator[None]:
        try:
            yield
        finally:
            if self._process is not None:
                self._process.abandon()

    def _heed(self) -> None:
        """Go no further when it was told to stop: what is not vital may have swallowed the exception that says so."""
        if self._stopped:
            raise TrainingFailedError("Stopped", "The task was stopped.")

    def _stop(self) -> None:
        self._stopped = True
        if self._process is None or not self._process.runs:
            self._heed()
        else:
            self._process.stop()

    def _failed(self, code: str, message: str) -> int:
        sys.stderr.write("The job failed. %s\n" % message)
        error = {"code": code, "message": message}
        self._report.finish("failed", error=error, log_tail=self.log[-TAIL_AT_THE_END:], **self._found())
        return 1


def started(read: Callable[[Any], Any], work: Callable[[Any], int]) -> int:
    """Run a task's command: 2 when its environment lacks something, else what the work says."""
    try:
        job = read(os.environ)
    except (MissingSettingsError, ValueError, KeyError) as error:
        sys.stderr.write("The job does not start. %s\n" % error)
        return 2
    return work(job)


def fetch_project(bucket: str, key: str, folder: str) -> None:
    """Bring the project's snapshot into a folder, nothing of it outside."""
    from parlance_rasa.tasks import project

    archive = os.path.join(folder, "project.zip")
    storage.download(bucket, key, archive)
    project.unpack(archive, folder)
    os.remove(archive)


def read_json(text: str) -> Dict[str, Any]:
    """Return a JSON object; raises ValueError for anything else."""
    found = json.loads(text)
    if not isinstance(found, dict):
        raise ValueError("a JSON object was expected")  # noqa: TRY004 - the caller handles one kind
    return found


@contextlib.contextmanager
def _stopping(stop: Any) -> Iterator[None]:
    """Let SIGTERM and SIGINT stop the work in an orderly way."""
    before = {number: signal.signal(number, lambda *_: stop()) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _sender(queue: str) -> Callable[[str], Any]:
    """Return what sends; boto3 is imported by the first message, beside the work."""

    @functools.lru_cache(maxsize=1)
    def client() -> Any:
        import boto3

        return boto3.session.Session().client("sqs")

    return lambda body: client().send_message(QueueUrl=queue, MessageBody=body)
