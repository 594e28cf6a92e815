"""The one daemon: owns the parts, restarts what dies (later each time), says so in its log and in the status file."""

from __future__ import annotations

import signal
import sys
import time
from typing import TYPE_CHECKING

import msgspec

from infra.local.folder import Folder, folder_of, write_private
from infra.local.logfile import tail, trim
from infra.local.parts import Part, parts
from infra.local.processes import Record, record, spawn, stop
from infra.local.status import PartStatus, Status

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Callable
    from types import FrameType

    from infra.local.settings import Settings

POLL = 0.2
FIRST_DELAY, LONGEST_DELAY = 0.5, 30.0
SETTLED = 60.0  # a part that lived this long starts counting its failures anew
GIVE_UP, GIVE_UP_LATER = 4, 8  # tries in a row that never got ready: of a part that never did, of one that once did


class Keeper:
    """Keeps one part alive."""

    def __init__(self, part: Part, folder: Folder, clock: Callable[[], float] = time.monotonic) -> None:
        """Take care of a part that is not started yet."""
        self.part, self.folder, self.clock = part, folder, clock
        self.log = folder.logs / f"{part.name}.log"
        self.process: subprocess.Popen[bytes] | None = None
        self.status = PartStatus()
        self.was_ready, self.failures, self.vain, self.since, self.next_try = False, 0, 0, 0.0, 0.0

    def tick(self) -> None:
        """Do what is due: start it, notice that it is ready, notice that it died."""
        if self.process is None:
            if self.status.state != "failed" and self.clock() >= self.next_try:
                self.start()
        elif self.process.poll() is not None:
            self.died(f"{self.part.title} ended with code {self.process.returncode}")
        elif self.status.state == "starting":
            self.check_ready()
        elif self.failures and self.clock() - self.since > SETTLED:
            self.failures = 0

    def start(self) -> None:
        """Start the part's process."""
        self.process = spawn(self.part.command, log=self.log, env=self.part.env, cwd=self.part.cwd)
        self.since = self.clock()
        self.set(state="starting", process=record(self.process.pid))

    def check_ready(self) -> None:
        """Notice readiness; a part that never gets there is ended and tried again."""
        if self.part.is_ready():
            if self.was_ready:
                self.part.when_back()
            self.was_ready, self.vain = True, 0
            self.set(state="running", message="")
        elif self.clock() - self.since > self.part.patience:
            self.end()
            self.died(f"{self.part.title} did not answer within {self.part.patience:.0f} s")

    def died(self, what: str) -> None:
        """Plan the next try, or give up on a part that never worked."""
        self.clean_up()
        self.process, self.failures, self.vain = None, self.failures + 1, self.vain + 1
        delay = min(LONGEST_DELAY, FIRST_DELAY * 2 ** (self.failures - 1))
        self.next_try = self.clock() + delay
        last = next(iter(reversed(tail(self.log, 1))), "nothing")
        message = f"{what}; its log {self.log} ends with: {last[:300]}"
        hopeless = self.vain >= (GIVE_UP_LATER if self.was_ready else GIVE_UP)
        restarts = self.status.restarts + (not hopeless)
        self.set(state="failed" if hopeless else "restarting", process=None, message=message, restarts=restarts)
        say(message + ("" if hopeless else f"; starting it again in {delay:.1f} s"))

    def clean_up(self) -> None:
        """End what a dead part left running in its session."""
        if self.status.process:
            stop(self.status.process, grace=2.0)

    def end(self) -> None:
        """Stop the part and wait for its end."""
        if self.process is not None and self.status.process is not None:
            part = self.part
            reap = self.process.poll
            stop(self.status.process, grace=part.grace, first=part.stop_signal, alone=part.stop_leader_only)
            reap()
        self.set(state="stopped", process=None)

    def set(self, **changes: object) -> None:
        """Note a change of status."""
        self.status = msgspec.structs.replace(self.status, **changes)


class Supervisor:
    """Runs the keepers until it is told to end."""

    def __init__(self, settings: Settings) -> None:
        """Prepare the parts; nothing starts before `run`."""
        self.folder = folder_of(settings).make()
        self.keepers = [Keeper(part, self.folder) for part in parts(settings)]
        self.me = Record(0, 0.0)
        self.ending, self.next_trim = False, 0.0
        self.written: Status | None = None

    def run(self, pid: int) -> int:
        """Keep everything alive until SIGTERM or SIGINT; then stop all parts in reverse order."""
        self.me = record(pid)
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self.end_soon)
        while not self.ending:
            self.tick()
            time.sleep(POLL)
        for keeper in reversed(self.keepers):
            keeper.end()
            self.write()
        say("stopped")
        return 0

    def tick(self) -> None:
        """Let each part do what is due; a part starts when those before it run."""
        for keeper in self.keepers:
            keeper.tick()
            if keeper.status.state != "running" and not keeper.was_ready:
                break
        self.trim_logs()
        self.write()

    def trim_logs(self) -> None:
        """Keep the logs small, looking now and then."""
        if time.monotonic() > self.next_trim:
            self.next_trim = time.monotonic() + 10.0
            for log in self.folder.logs.glob("*.log"):
                trim(log)

    def write(self) -> None:
        """Write the status file when something changed."""
        status = Status(self.me, {keeper.part.name: keeper.status for keeper in self.keepers})
        if status != self.written:
            write_private(self.folder.status, status)
            self.written = status

    def end_soon(self, _number: int, _frame: FrameType | None) -> None:
        """Leave the loop at its next turn."""
        self.ending = True


def say(text: str) -> None:
    """Write a line to the supervisor's log."""
    print(time.strftime("%Y-%m-%d %H:%M:%S"), text, file=sys.stderr, flush=True)
