"""`python -m tests.proofs.killed_installation`: all processes of a home installation die by SIGKILL during a training.

For each step of a job (queued, task started, half-way, model stored but not registered, registered but nobody told)
a training is started on an installation of its own, everything is killed at that step, and `make up` is called again.
The job has to end `succeeded` with exactly one model, the model in service has to be the same and to answer, and no
job, task or process of a training may be left. `--steps half-way` does the named ones only. Ends with 1 otherwise.
"""

from __future__ import annotations

import argparse
import os
import shutil
import signal
import sys
import tempfile
import time
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pg8000.exceptions import InterfaceError

from infra.local import postgres
from infra.local.agent.book import Book
from infra.local.deployed import deployed
from infra.local.emulator import client
from infra.local.folder import folder_of
from infra.local.processes import group_of
from infra.local.settings import ROOT, Settings
from infra.local.status import last_status
from tests.e2e.installation import Installation, eventually

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    import pg8000.native

    from infra.local.api import Api
    from infra.local.processes import Record

PROJECT = "/api/projects/default"
OVER = ("succeeded", "failed", "cancelled", "lost")
PATIENCE = 900.0
WAITING = "SELECT count(*) FROM pg_locks WHERE NOT granted AND relation = 'models'::regclass"


class Victim(Installation):
    """An installation whose assistant trains fast, and which can be killed as a power cut would."""

    def __init__(self, folder: Path) -> None:
        """Prepare it in an empty folder; nothing runs yet."""
        super().__init__(folder / "state")
        self.settings["PARLANCE_ASSISTANT"] = str(quick_assistant(folder / "assistant"))
        self.home = Settings.from_env(self.settings)

    def database(self) -> pg8000.native.Connection:
        """Open a connection to the workbench's database."""
        return postgres.connect(self.home, folder_of(self.home), database="parlance", timeout=60)

    def state_of(self, job: dict[str, Any]) -> str:
        """Return a job's state by its row, which is there before anybody is told."""
        with closing(self.database()) as connection:
            return str(connection.run("SELECT state FROM jobs WHERE id = :id", id=job["id"])[0][0])

    def at_work(self, job: dict[str, Any]) -> bool:
        """Tell whether a process works for a job."""
        return any(run.task.started_by == f"job-{job['id']}" for run in Book(folder_of(self.home)).living())

    def stored(self, job: dict[str, Any]) -> int:
        """Return how many model files of a job storage has."""
        found = deployed(folder_of(self.home))
        bucket = found.outputs["ModelsBucket"] if found else ""
        listed = client(self.home, "s3").list_objects_v2(Bucket=bucket, Prefix=f"models/{job['id']}")
        return len(listed.get("Contents", []))

    def records(self) -> list[Record]:
        """Return the processes that the installation's own files name: supervisor, parts, containers of tasks."""
        folder = folder_of(self.home)
        status = last_status(folder)
        parts = [part.process for part in status.parts.values()] if status else []
        containers = [one.process for run in Book(folder).runs() for one in run.containers]
        return [record for record in ([status.supervisor] if status else []) + parts + containers if record]

    def kill(self) -> int:
        """SIGKILL everything, the supervisor first, again until nothing is left; returns how many that were."""
        dead: set[int] = set()
        while living := [pid for record in self.records() for pid in group_of(record)] or [
            process.pid for process in self.processes()
        ]:
            for pid in living:
                with suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
            dead.update(living)
        return len(dead)


def quick_assistant(folder: Path) -> Path:
    """Copy the example assistant with three epochs a component."""
    shutil.copytree(ROOT / "examples" / "concierge", folder, ignore=shutil.ignore_patterns("__pycache__"))
    config = folder / "config.yml"
    config.write_text(config.read_text().replace("epochs: 40", "epochs: 3"))
    return folder


def train(api: Api) -> dict[str, Any]:
    """Ask for a training that makes a new model and serves it to nobody."""
    job: dict[str, Any] = api.call("POST", f"{PROJECT}/models/jobs", {"force": True})
    return job


def soon(look: Callable[[], Any]) -> None:
    """Wait for a step of a job, looking often: it may be over in a moment."""
    deadline = time.monotonic() + PATIENCE
    while not look():
        if time.monotonic() > deadline:
            raise AssertionError("the step never came")
        time.sleep(0.02)


@contextmanager
def mortal(connection: pg8000.native.Connection) -> Iterator[pg8000.native.Connection]:
    """Close a connection at the end, if its server still lives."""
    try:
        yield connection
    finally:
        with suppress(InterfaceError):
            connection.close()


def queued(victim: Victim, api: Api) -> list[dict[str, Any]]:
    """Strike while one job has a place and the next one waits for it."""
    jobs = [train(api), train(api)]
    soon(lambda: [victim.state_of(job) for job in jobs] == ["running", "queued"])
    victim.kill()
    return jobs


def started(victim: Victim, api: Api) -> list[dict[str, Any]]:
    """Strike when the task's process has begun."""
    job = train(api)
    soon(lambda: victim.at_work(job))
    victim.kill()
    return [job]


def half_way(victim: Victim, api: Api) -> list[dict[str, Any]]:
    """Strike when the task has told that half of the training is done."""
    job = train(api)
    soon(lambda: (api.call("GET", f"/api/jobs/{job['id']}")["progress"] or {}).get("percent", 0) >= 50)
    victim.kill()
    return [job]


def stored(victim: Victim, api: Api) -> list[dict[str, Any]]:
    """Strike when the model is in storage; a lock on the table of models keeps it from being registered before."""
    job = train(api)
    with mortal(victim.database()) as holder, mortal(victim.database()) as watcher:
        holder.run("BEGIN")
        holder.run("LOCK TABLE models IN SHARE ROW EXCLUSIVE MODE")
        soon(lambda: victim.stored(job) and watcher.run(WAITING)[0][0])
        victim.kill()
    return [job]


def registered(victim: Victim, api: Api) -> list[dict[str, Any]]:
    """Strike as soon as the transaction that registers the model and closes the job is committed."""
    job = train(api)
    soon(lambda: victim.state_of(job) == "succeeded")
    victim.kill()
    return [job]


STEPS = {
    "queued": queued,
    "task-started": started,
    "half-way": half_way,
    "stored": stored,
    "registered": registered,
}


def strike(victim: Victim, name: str) -> dict[str, Any]:
    """Kill everything at one step, bring it up, wait for the job's end; returns what is there then."""
    api = victim.log_in()
    served = in_service(api)
    jobs = STEPS[name](victim, api)
    began = time.monotonic()
    up = victim.up()
    assert up.code == 0, up.text
    back, api = time.monotonic() - began, victim.log_in()
    ends = [ended(api, job) for job in jobs]
    took = time.monotonic() - began
    eventually(lambda: not any(victim.at_work(job) for job in jobs), within=PATIENCE)
    models = [
        [model["model"] for model in api.call("GET", f"{PROJECT}/models") if model["job"] == job["id"]] for job in jobs
    ]
    return {
        "jobs": [end["state"] for end in ends],
        "tasks": [end["attempt"] for end in ends],
        "models": [len(names) for names in models],
        "files": [victim.stored(job) for job in jobs],
        "same_in_service": in_service(api) == served and bool(answered(victim, name)),
        "errors": [end["error"] for end in ends if end["error"]],
        "left_open": len(api.call("GET", "/api/jobs?state=queued,running")),
        "up_s": round(back, 1),
        "over_s": round(took, 1),
    }


def ended(api: Api, job: dict[str, Any]) -> dict[str, Any]:
    """Wait for a job's end."""
    seen: dict[str, Any] = eventually(
        lambda: (now := api.call("GET", f"/api/jobs/{job['id']}"))["state"] in OVER and now, within=PATIENCE
    )
    return seen


def in_service(api: Api) -> str:
    """Return the name of the model that Rasa serves."""
    return str(api.call("GET", f"{PROJECT}/models?tag=production")[0]["model"])


def answered(victim: Victim, name: str) -> list[str]:
    """Say hello once Rasa serves again; returns the bot's texts."""
    texts: list[str] = eventually(lambda: victim.say(f"killed-{name}", "/greet"), within=PATIENCE)
    return texts


def holds(seen: dict[str, Any]) -> bool:
    """Tell whether a strike left what it should."""
    good = set(seen["jobs"]) == {"succeeded"} and set(seen["models"]) == {1} and set(seen["files"]) == {1}
    return good and seen["same_in_service"] and not seen["left_open"]


def main(names: list[str]) -> int:
    """Strike at each step; 1 when one left something else than it should."""
    folder = Path(tempfile.mkdtemp(prefix="parlance-killed-"))
    folder.chmod(0o711)
    victim, failed = Victim(folder), []
    try:
        up = victim.up()
        assert up.code == 0, up.text
        for name in names:
            seen = strike(victim, name)
            print(f"killed when {name}: {seen}", flush=True)
            failed += [] if holds(seen) else [name]
    finally:
        victim.make("down")
        shutil.rmtree(folder, ignore_errors=True)
    print(f"does not hold: {', '.join(failed)}" if failed else "all hold")
    return 1 if failed else 0


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Kill a whole installation at each step of a job.")
    parser.add_argument("--steps", nargs="+", choices=STEPS, default=list(STEPS))
    sys.exit(main(parser.parse_args().steps))
