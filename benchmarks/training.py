"""`make bench-training`: a training as a job, against bare `rasa train` on the same files.

Key `training`, objects `example` (examples/concierge) and `helpdesk` (tests/data/helpdesk), medians of ROUNDS
(`make bench-training ROUNDS=3`; 1 unless given: a round of the helpdesk takes ten minutes):
`plain_rasa_s` (`rasa train` from its start to its end), `job_s` (API call to registered model), `overhead_s` (their
difference), `peak_mb` (resident memory of the task and of Rasa below it) and `progress_messages` (what the task sent).

Both run on one installation that serves its model meanwhile, in turns, each first in every other round, and every
component is trained anew.

The helpdesk's domain is cut off: bare `rasa train --skip-validation` breaks off at an action that its stories name. It
gets the missing names in a second file; the job gets the project as it is, and declares them by itself.
"""

from __future__ import annotations

import os
import shutil
import statistics
import subprocess
import tempfile
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psutil

from benchmarks.report import merge
from infra.local.assistant import OVER, project_files
from infra.local.folder import Folder
from infra.local.vault import vault
from tests.e2e.installation import ROOT, Installation

if TYPE_CHECKING:
    from collections.abc import Mapping

    from infra.local.api import Api

ROUNDS = int(os.environ.get("ROUNDS", "1"))
BOTS = {"example": ROOT / "examples" / "concierge", "helpdesk": ROOT / "tests" / "data" / "helpdesk"}
RASA = ROOT / ".venv-rasa" / "bin" / "python"
TASK = "parlance_rasa.tasks.train"
MISSING = """
actions: [action_open_incident, action_check_incident_status, action_handoff_options, action_handoff]
forms: {incident_status_form: {required_slots: []}}
"""
"""What the helpdesk's stories and rules name and its domain lacks."""
LOOK_EVERY_S = 0.2


def main() -> None:
    """Measure both assistants; each is written when it is done."""
    place = Installation(Path(tempfile.mkdtemp(prefix="parlance-bench-")) / "state")
    try:
        ran = place.up()
        if ran.code:
            raise SystemExit(ran.text)
        for name, folder in BOTS.items():
            figures = measured(place, project_files(folder), skip_validation=name == "helpdesk")
            merge("training", name, figures)
            print(name, figures, flush=True)
    finally:
        place.make("down")
        shutil.rmtree(place.state.parent, ignore_errors=True)


def measured(place: Installation, files: dict[str, str], *, skip_validation: bool) -> dict[str, Any]:
    """Return one assistant's medians."""
    api, rounds = place.log_in(), []
    api.call("PUT", "/api/projects/default/files", {"files": files})
    bare = completed(files) if skip_validation else files
    ways = [
        lambda: {"plain_rasa_s": plain_rasa(bare, skip_validation=skip_validation)},
        lambda: job(place, api, skip_validation=skip_validation),
    ]
    for _ in range(ROUNDS):
        rounds.append({name: value for way in ways for name, value in way().items()})
        ways.reverse()
    medians = {name: statistics.median(each[name] for each in rounds) for name in rounds[0]}
    medians["overhead_s"] = medians["job_s"] - medians["plain_rasa_s"]
    return {**{name: round(value, 2) for name, value in medians.items()}, "rounds": ROUNDS}


def completed(files: dict[str, str]) -> dict[str, str]:
    """Return the helpdesk as bare Rasa can train it: its domain in two files."""
    rest = {path: text for path, text in files.items() if path != "domain.yml"}
    return rest | {"domain/domain.yml": files["domain.yml"], "domain/missing.yml": MISSING}


def plain_rasa(files: dict[str, str], *, skip_validation: bool) -> float:
    """Return the seconds that `rasa train` takes in a fresh folder."""
    with tempfile.TemporaryDirectory(prefix="parlance-plain-") as folder:
        for path, text in files.items():
            target = Path(folder, path)
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(text)
        flags = ["--force", *(["--skip-validation", "--domain", "domain"] if skip_validation else [])]
        began = time.monotonic()
        with Path(folder, "log").open("w") as log:
            done = subprocess.run(
                [RASA, "-m", "rasa", "train", *flags],
                cwd=folder,
                env=as_the_agent_gives(os.environ),
                stdout=log,
                stderr=log,
                check=False,
            )
        if done.returncode:
            raise SystemExit(Path(folder, "log").read_text()[-3000:])
        return time.monotonic() - began


def as_the_agent_gives(env: Mapping[str, str]) -> dict[str, str]:
    """Return the environment in which a task's Rasa runs, as far as it costs time: compiled modules are kept."""
    kept = {name: value for name, value in env.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return {**kept, "RASA_TELEMETRY_ENABLED": "false"}


def job(place: Installation, api: Api, *, skip_validation: bool) -> dict[str, float]:
    """Train through the API; return how long it took, what it weighed and how often it spoke."""
    over, peak = threading.Event(), [0.0]
    watcher = threading.Thread(target=lambda: watch(place, over, peak))
    watcher.start()
    try:
        began = time.monotonic()
        options = {"force": True, "skip_validation": skip_validation}
        asked = api.call("POST", "/api/projects/default/models/jobs", options)
        while (seen := api.call("GET", f"/api/jobs/{asked['id']}"))["state"] not in OVER:
            time.sleep(LOOK_EVERY_S)
        took = time.monotonic() - began
    finally:
        over.set()
        watcher.join()
    if seen["state"] != "succeeded":
        raise SystemExit(str(seen))
    return {"job_s": took, "peak_mb": peak[0], "progress_messages": messages(place, asked["id"])}


def watch(place: Installation, over: threading.Event, peak: list[float]) -> None:
    """Keep the most memory that the task and what runs below it have together."""
    task: psutil.Process | None = None
    while not over.wait(LOOK_EVERY_S):
        try:
            task = task if task and task.is_running() else task_of(place.state)
            family = [task, *task.children(recursive=True)] if task else []
            peak[0] = max(peak[0], sum(process.memory_info().rss for process in family) / 2**20)
        except psutil.Error:
            task = None


def task_of(state: Path) -> psutil.Process | None:
    """Return the training task that works below a state folder, if one runs."""
    for process in psutil.process_iter():
        try:
            if TASK in process.cmdline() and Path(process.cwd()).is_relative_to(state):
                return process
        except psutil.Error:
            continue
    return None


def messages(place: Installation, job_id: str) -> int:
    """Return the number of progress messages: the task counts them, and the job keeps the newest one's number."""
    import pg8000.native

    password = vault(Folder(place.state)).parlance.password
    port = int(place.settings["PARLANCE_POSTGRES_PORT"])
    with pg8000.native.Connection(
        "parlance", host="127.0.0.1", port=port, database="parlance", password=password
    ) as db:
        return int(db.run("SELECT progress_seq FROM jobs WHERE id = :id", id=job_id)[0][0])


if __name__ == "__main__":
    main()
