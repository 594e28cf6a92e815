"""Whether the parts of the installation are well: each is asked, none is believed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from parlance.adapters import environments, keys, queues, rasa
from parlance.adapters.sql import query
from parlance.domain.errors import AppError
from parlance.domain.models import PRODUCTION
from parlance.domain.version import MINIMUM_RASA_VERSION, SCHEMA_REVISION, VERSION
from parlance.settings import settings

if TYPE_CHECKING:
    from collections.abc import Callable

UNREACHABLE = "0.0.0"
ASLEEP = "Rasa production is asleep: a message wakes it."


def health() -> dict[str, Any]:
    """Return the state of every part; the parts are asked at the same time."""
    from concurrent.futures import ThreadPoolExecutor

    parts: dict[str, Callable[[], dict[str, Any]]] = {
        "production": production,
        "database_migration": migration,
        "events": events,
    }
    with ThreadPoolExecutor(len(parts)) as pool:
        states = dict(zip(parts, pool.map(lambda probe: probe(), parts.values()), strict=True))
    well = all(state["status"] in {200, "completed", "ok"} for state in states.values())
    return {"status": "ok" if well else "degraded", "version": VERSION, "worker": worker(), **states}


def production() -> dict[str, Any]:
    """Ask Rasa production for its version and its model; one that sleeps as it shall is well."""
    said = rasa.version()
    if said is None and _sleeps():
        return {"status": 200, "state": "asleep", "message": ASLEEP, "version": UNREACHABLE}
    if said is None:
        return {"status": 500, "message": "Rasa production does not answer.", "version": UNREACHABLE}
    model = rasa.status()
    versions = {name: said.get(name, UNREACHABLE) for name in ("version", "minimum_compatible_version")}
    if model is None:
        return {"status": 503, "message": "Rasa production has no model loaded.", **versions}
    return {"status": 200, "model": model.get("model_file"), "model_id": model.get("model_id"), **versions}


def _sleeps() -> bool:
    try:
        row = environments.known().get(PRODUCTION)
    except AppError:
        return False
    return row is not None and row.state == "asleep"


def worker() -> dict[str, Any]:
    """Describe the worker: it has no server to ask, a task is started for each job."""
    return {
        "status": 200,
        "version": MINIMUM_RASA_VERSION,
        "minimum_compatible_version": MINIMUM_RASA_VERSION,
        "message": "A task is started for each job; nothing runs in between.",
    }


def migration() -> dict[str, Any]:
    """Compare the database's revision with the one that this code needs."""
    try:
        rows = query("SELECT version_num FROM alembic_version")
    except AppError as error:
        return {"status": "failed", "message": error.message, "target_revision": [SCHEMA_REVISION]}
    current = [row["version_num"] for row in rows]
    done = SCHEMA_REVISION in current
    return {
        "status": "completed" if done else "pending",
        "current_revision": current,
        "target_revision": [SCHEMA_REVISION],
        "progress_in_percent": 100.0 if done else 0.0,
    }


def events() -> dict[str, Any]:
    """Look at the event path: what waits, and what was refused."""
    if not settings().events_queue:
        return {"status": "unknown", "message": "No queue is configured."}
    try:
        waiting, refused = queues.depth(settings().events_queue), queues.depth(settings().dead_letter_queue)
    except Exception as error:  # noqa: BLE001  a probe reports every failure
        return {"status": "failed", "message": type(error).__name__}
    return {"status": "ok", **waiting, "dead_letters": refused["waiting"]}


def versions() -> dict[str, Any]:
    """Return versions and the public keys; Rasa's `rasa:` channel takes the first one."""
    said = rasa.version()
    number = said.get("version", UNREACHABLE) if said else UNREACHABLE
    return {
        "rasa": {"production": number, "worker": number},
        "rasa-x": VERSION,
        "parlance": VERSION,
        "keys": [{"alg": key.alg, "kid": key.kid, "key": key.public} for key in keys.ring()],
    }
