"""Fills an empty workbench: imports the assistant, trains it through the API, waits until Rasa serves the model."""

from __future__ import annotations

import hashlib
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from infra.local.api import Api, RefusedError
from infra.local.failure import RunnerError, in_words
from infra.local.folder import folder_of, read_json, write_private
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
                f"No model is in production and the first user's password was changed: log in with `POST /api/auth`"
                f' and train with `POST {PROJECT}/models/jobs` and the body {{"promote": true}} (docs/api.md).'
            ) from error
        raise


class Imported(msgspec.Struct, frozen=True):
    """Fingerprints of the last import: of the files on disk, and of what the workbench made of them."""

    disk: str
    workbench: str


def import_if_untouched(settings: Settings, api: Api, tell: Callable[[str], None]) -> bool:
    """Import the assistant when the project is empty, or is our last import and has changed on disk; tells whether.

    So an assistant that could not be trained is put right on disk, and nobody's edits in the workbench are lost.
    """
    files, known = project_files(Path(settings.assistant)), read_json(folder_of(settings).imported, Imported)
    present = api.call("GET", f"{PROJECT}/files")["files"]
    untouched = known is not None and known.workbench == fingerprint(present) and known.disk != fingerprint(files)
    if present and not untouched:
        return False
    tell(f"{len(files)} files")
    kept = api.call("PUT", f"{PROJECT}/files", {"files": files})["files"]
    write_private(folder_of(settings).imported, Imported(fingerprint(files), fingerprint(kept)))
    return True


def fingerprint(files: dict[str, str]) -> str:
    """Return the same text for the same files, and for no others."""
    return hashlib.sha256(msgspec.json.encode(files, order="sorted")).hexdigest()


def project_files(folder: Path) -> dict[str, str]:
    """Return an assistant's texts by path, without its code and results; raises RunnerError when it is none."""
    if not (folder / "config.yml").is_file() or not (folder / "domain.yml").exists():
        raise RunnerError(f"{folder} is no Rasa project (it needs config.yml and domain.yml): set PARLANCE_ASSISTANT.")
    found = [path for path in sorted(folder.rglob("*")) if path.suffix in TEXTS and path.is_file()]
    names = {path.relative_to(folder).as_posix(): path for path in found}
    kept = {name: path for name, path in names.items() if not name.startswith(LEFT_OUT) and "README" not in name}
    return {name: text_of(path) for name, path in kept.items()}


def text_of(path: Path) -> str:
    """Return a file's text; raises RunnerError that names a file which cannot be read or is no UTF-8."""
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise RunnerError(f"{path} is not UTF-8 text (byte {error.start + 1}): save it as UTF-8.") from error
    except OSError as error:
        raise RunnerError(f"The assistant cannot be read: {in_words(error)}.") from error


def train(api: Api, show: Callable[[float, str], None]) -> None:
    """Train through the API and wait; raises RunnerError with the job's own message when it fails.

    A training that is under way already (of a `make up` that was cut short) is watched to its end first; when that
    gives no model, a new one is asked for.
    """
    for job in reversed(api.call("GET", "/api/jobs?state=queued,running&kind=train")):
        if job["options"].get("promote") and watched(api, job, show)["state"] == "succeeded":
            return
    job = watched(api, api.call("POST", f"{PROJECT}/models/jobs", {"promote": True}), show)
    if job["state"] != "succeeded":
        message = (job.get("error") or {}).get("message") or "it gave no reason"
        raise RunnerError(f"The training {job['state']}: {message} (GET /api/jobs/{job['id']}/log has its whole log).")


def watched(api: Api, job: dict[str, Any], show: Callable[[float, str], None]) -> dict[str, Any]:
    """Show how a job goes; return it when it is over."""
    while job["state"] not in OVER:
        time.sleep(1.0)
        job = api.call("GET", f"/api/jobs/{job['id']}")
        show(*described(job.get("progress") or {}, job["state"]))
    return job


def described(progress: dict[str, Any], state: str) -> tuple[float, str]:
    """Return a training's share (0 to 1) and what it does now."""
    epochs = f"epoch {progress['epoch']}/{progress['epochs']}" if progress.get("epochs") else ""
    words = [str(progress.get("component") or progress.get("stage") or state), epochs]
    return (progress.get("percent") or 0.0) / 100, " ".join(filter(None, words))
