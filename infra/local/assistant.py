"""Fills an empty workbench: imports the assistant, trains it through the API, waits until Rasa serves the model."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from infra.local.api import Api, RefusedError
from infra.local.failure import RunnerError
from infra.local.installation import first_user, plain_secret

if TYPE_CHECKING:
    from collections.abc import Callable

    from infra.local.deployed import Deployed
    from infra.local.settings import Settings

PROJECT = "/api/projects/default"
OVER = ("succeeded", "failed", "cancelled", "lost")
TEXTS = (".yml", ".yaml", ".md", ".json", ".txt")
LEFT_OUT = ("actions", "models", "results", ".rasa")
OK, UNCHANGED, FOUND, MISSING = 200, 204, 302, 404


def has_production_model(settings: Settings, found: Deployed) -> bool:
    """Ask the model server, as Rasa does, whether a model is tagged production."""
    token = plain_secret(settings, found, "ServiceTokenSecret")
    path = f"{PROJECT}/models/tags/production?token={token}"
    status = wait_for_answer(lambda: Api(local_url(settings)).status_of(path))
    if status in (OK, UNCHANGED, FOUND):
        return True
    if status == MISSING:
        return False
    raise RunnerError(f"The model server answers {status or 'not at all'}: `make logs` shows the emulator's log.")


def wait_for_answer(ask: Callable[[], int], seconds: float = 20.0) -> int:
    """Repeat a question while nobody answers or the answer is that it is too early."""
    deadline = time.monotonic() + seconds
    while (status := ask()) in (0, 502, 503, 504) and time.monotonic() < deadline:
        time.sleep(0.5)
    return status


def local_url(settings: Settings) -> str:
    """Return the front door's address for this machine's own calls."""
    return f"http://127.0.0.1:{settings.port}"


def administrator(settings: Settings, found: Deployed) -> Api:
    """Log in as the first user; raises RunnerError when that user has chosen another password."""
    try:
        return Api(local_url(settings)).log_in(*first_user(settings, found))
    except RefusedError as error:
        if error.status in (401, 403):
            raise RunnerError(
                "The first user's password was changed: log in and train on the Models screen."
            ) from error
        raise


def import_if_empty(settings: Settings, api: Api, tell: Callable[[str], None]) -> bool:
    """Import the assistant's files when the project has none; tells whether it did."""
    if api.call("GET", f"{PROJECT}/files")["files"]:
        return False
    files = project_files(Path(settings.assistant))
    tell(f"{len(files)} files")
    api.call("PUT", f"{PROJECT}/files", {"files": files})
    return True


def project_files(folder: Path) -> dict[str, str]:
    """Return an assistant's texts by path, without its code and results; raises RunnerError when it is none."""
    if not (folder / "config.yml").is_file() or not (folder / "domain.yml").exists():
        raise RunnerError(f"{folder} is no Rasa project (it needs config.yml and domain.yml): set PARLANCE_ASSISTANT.")
    found = [path for path in sorted(folder.rglob("*")) if path.suffix in TEXTS and path.is_file()]
    names = {path.relative_to(folder).as_posix(): path for path in found}
    kept = {name: path for name, path in names.items() if not name.startswith(LEFT_OUT) and "README" not in name}
    return {name: path.read_text() for name, path in kept.items()}


def train(api: Api, show: Callable[[float, str], None]) -> None:
    """Train through the API and wait; raises RunnerError with the job's own message when it fails."""
    job = api.call("POST", f"{PROJECT}/models/jobs", {"promote": True})
    while job["state"] not in OVER:
        time.sleep(1.0)
        job = api.call("GET", f"/api/jobs/{job['id']}")
        show(*described(job.get("progress") or {}, job["state"]))
    if job["state"] != "succeeded":
        message = (job.get("error") or {}).get("message") or "it gave no reason"
        raise RunnerError(f"The training {job['state']}: {message} (GET /api/jobs/{job['id']}/log has its whole log).")


def described(progress: dict[str, Any], state: str) -> tuple[float, str]:
    """Return a training's share (0 to 1) and what it does now."""
    epochs = f"epoch {progress['epoch']}/{progress['epochs']}" if progress.get("epochs") else ""
    words = [str(progress.get("component") or progress.get("stage") or state), epochs]
    return (progress.get("percent") or 0.0) / 100, " ".join(filter(None, words))
