"""Rasa's own work in a process of its own, so that a crash is seen and told apart from a refusal."""

import collections
import contextlib
import ctypes
import os
import re
import signal
import subprocess
import sys
from typing import Any, Callable, Deque, Iterator, List, Optional

from parlance_rasa.tasks import disk
from parlance_rasa.tasks.failure import TrainingFailedError
from parlance_rasa.tasks.progress import is_noise, plain

KEPT_LINES = 200
WARNINGS = "ignore,default::UserWarning"  # Rasa's validation speaks in these, and nothing else does
_DIE_WITH_PARENT = 1  # Linux: prctl(PR_SET_PDEATHSIG)
_COMPLAINT = re.compile(
    r"(Error|Exception|error|Unresolved|No training data|invalid|could not|cannot|failed)", re.ASCII
)
_WRAPPED = "GraphComponentException: "
"""How Rasa says which component failed; the line before it says why."""
_NOISE = re.compile(r"Warning|INFO |DEBUG |^Traceback")


class Process:
    """One run of `python ARGUMENTS`; `on_line` gets every line it prints, bars included.

    It may be begun before it is known what it has to do: then it is told so on its standard input.
    """

    def __init__(self, arguments: List[str], folder: str, on_line: Callable[[str], None]) -> None:
        self._command = [sys.executable, *arguments]
        self._folder = folder
        self.on_line = on_line
        self.runs = False
        self._process: Any = None
        self._stopped = False
        self.log: Deque[str] = collections.deque(maxlen=KEPT_LINES)

    def begin(self) -> None:
        """Start it; until `run` nobody reads what it prints."""
        environment = dict(os.environ, RASA_TELEMETRY_ENABLED="false", PYTHONUNBUFFERED="1", PYTHONWARNINGS=WARNINGS)
        self._process = subprocess.Popen(
            self._command,
            cwd=self._folder,
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            preexec_fn=_dying_with_parent(),  # noqa: PLW1509 - nothing else runs between fork and exec here
        )

    def run(self, told: str = "") -> None:
        """Run; returns when it succeeded and raises `TrainingFailedError` with its reason when it did not."""
        self.runs = True
        if self._process is None:
            self.begin()
        if self._stopped:  # asked to while it was being started
            self._process.terminate()
        with contextlib.suppress(BrokenPipeError):  # it has ended, and says why
            self._process.stdin.write(told.encode("utf-8"))
            self._process.stdin.close()
        for line in lines(self._process.stdout):
            self._take(line)
        self._judge(self._process.wait())

    def stop(self) -> None:
        """End it; may be called from a signal handler."""
        self._stopped = True
        if self._process is not None and self._process.poll() is None:
            self._process.terminate()

    def abandon(self) -> None:
        """End it if it was begun and never told what to do."""
        if self._process is not None and not self.runs:
            self._process.kill()
            self._process.communicate()

    def _take(self, line: str) -> None:
        self.on_line(line)
        if not is_noise(line):
            self.log.append(line)
            sys.stdout.write(line + "\n")
            sys.stdout.flush()

    def _judge(self, code: int) -> None:
        if self._stopped:
            raise TrainingFailedError("Stopped", "The job was stopped.")
        if code < 0:
            name = signal.Signals(-code).name
            hint = " Most likely it ran out of memory." if -code == signal.SIGKILL else ""
            raise TrainingFailedError("TrainingKilled", "Rasa was ended by %s.%s" % (name, hint))
        if code != 0:
            said = complaint(list(self.log))
            if disk.is_full(said):
                raise TrainingFailedError("DiskFull", disk.full(said))
            raise TrainingFailedError("TrainingFailed", said)


def lines(stream: Any) -> Iterator[str]:
    """Yield what is printed, plain; a bar that is drawn again is a line as well."""
    rest = b""
    for chunk in iter(lambda: stream.read1(65536), b""):
        *whole, rest = re.split(rb"[\r\n]", rest + chunk)
        for line in whole:
            yield plain(line.decode("utf-8", "replace"))
    yield plain(rest.decode("utf-8", "replace"))


def complaint(log: List[str]) -> str:
    """Return the sentence in which Rasa says what is wrong: its last one that sounds like it, else its last one."""
    said = [line for line in log if line.strip() and not _NOISE.search(line)]
    found = [line.strip() for line in said if _COMPLAINT.search(line)]
    if len(found) > 1 and _WRAPPED in found[-1]:
        return "%s (%s)" % (found[-2], found[-1].partition(": ")[2] or found[-1])
    return (found or said or ["Rasa ended without a word."])[-1].strip()


def _dying_with_parent() -> Optional[Callable[[], Any]]:
    """Return what makes a child end with this process even when it is killed; looked up before the fork."""
    if sys.platform != "linux":
        return None
    prctl = ctypes.CDLL(None).prctl
    return lambda: prctl(_DIE_WITH_PARENT, signal.SIGTERM)
