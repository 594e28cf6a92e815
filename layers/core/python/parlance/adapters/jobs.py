"""Jobs in PostgreSQL: read, changed by pure functions, written only on top of the revision that was read."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import msgspec

from parlance.adapters.sql import Run, query, transaction
from parlance.domain.errors import Conflict, NotFound
from parlance.domain.jobs import Job, claimed

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from parlance.domain.lanes import Lane

    Step = Callable[[Job], Job]
    Then = Callable[[Run, Job], None]

NAMES = Job.__struct_fields__
COLUMNS = ", ".join(NAMES)
DOCUMENTS = frozenset({"options", "progress", "log_tail", "past_tasks", "task_end", "error", "orders", "problems"})
STARTING = 0x6A6F6273  # "jobs": whoever gives a job a place holds this lock meanwhile
TRIES = 10
BETWEEN_TRIES = timedelta(seconds=30)


def insert(job: Job) -> None:
    """Store a new job."""
    query(f"INSERT INTO jobs ({COLUMNS}) VALUES ({', '.join(map(_slot, NAMES))})", **_values(job, NAMES))


def find(job_id: str) -> Job:
    """Return a job; raises NotFound."""
    rows = query(f"SELECT {COLUMNS} FROM jobs WHERE id = :id", id=job_id)
    return _only(rows)


def page(states: tuple[str, ...], limit: int, offset: int, *, kinds: tuple[str, ...] = ()) -> tuple[list[Job], int]:
    """Return jobs, the newest first, and how many there are; without states all, and without kinds of every kind."""
    condition = """
        (cardinality(CAST(:states AS text[])) = 0 OR state = ANY(:states))
        AND (cardinality(CAST(:kinds AS text[])) = 0 OR kind = ANY(:kinds))
    """
    sql = f"SELECT {COLUMNS} FROM jobs WHERE {condition} ORDER BY created_at DESC, id DESC LIMIT :limit OFFSET :offset"
    chosen = {"states": list(states), "kinds": list(kinds)}
    rows = query(sql, **chosen, limit=limit, offset=offset)
    total = query(f"SELECT count(*) AS total FROM jobs WHERE {condition}", **chosen)[0]["total"]
    return [_job(row) for row in rows], total


def open_one(kind: str) -> Job | None:
    """Return the oldest job of a kind that is not over."""
    sql = (
        f"SELECT {COLUMNS} FROM jobs WHERE kind = :kind AND state IN ('queued', 'running') ORDER BY created_at LIMIT 1"
    )
    rows = query(sql, kind=kind)
    return _job(rows[0]) if rows else None


def change(job_id: str, step: Step, then: Then | None = None) -> Job:
    """Apply a pure step and return the job as it is then; `then` joins the transaction of a change.

    When another change came first the job is read again and the step repeated. Raises NotFound, Conflict.
    """
    for _ in range(TRIES):
        with transaction() as run:
            before = _only(run(f"SELECT {COLUMNS} FROM jobs WHERE id = :id", id=job_id))
            after = step(before)
            if after is before or _is_written(run, before, after):
                if then and after is not before:
                    then(run, after)
                return after
    raise Conflict("The job changes too fast: try again.", retry_after=1)


def claim_next(lane: Lane, now: datetime) -> Job | None:
    """Give the oldest queued job of a lane a place, if one is free there; two callers never exceed its places.

    One whose start was refused twice waits a while, so that a busy moment does not use up its tries.
    """
    own = "kind = ANY(CAST(:kinds AS text[]))"
    kinds = list(lane.kinds)
    with transaction() as run:
        run("SELECT pg_advisory_xact_lock(:key)", key=STARTING)
        busy = run(f"SELECT count(*) AS busy FROM jobs WHERE state = 'running' AND {own}", kinds=kinds)[0]["busy"]
        if busy >= lane.places:
            return None
        is_due = "(tries < 2 OR claimed_at < :before)"
        queued = f"state = 'queued' AND {own} AND {is_due} ORDER BY created_at, id LIMIT 1 FOR UPDATE"
        rows = run(f"SELECT {COLUMNS} FROM jobs WHERE {queued}", kinds=kinds, before=now - BETWEEN_TRIES)
        if not rows:
            return None
        before = _job(rows[0])
        after = claimed(before, now)
        return after if _is_written(run, before, after) else None


def watched(ended_after: datetime) -> list[Job]:
    """Return running jobs, and jobs that ended lately while their task may still run."""
    sql = f"""
        SELECT {COLUMNS} FROM jobs
        WHERE state = 'running' OR (claimed_at IS NOT NULL AND task_end IS NULL AND finished_at > :ended_after)
        ORDER BY created_at, id LIMIT 100
    """
    return [_job(row) for row in query(sql, ended_after=ended_after)]


def _is_written(run: Run, before: Job, after: Job) -> bool:
    changed = [name for name in NAMES if getattr(before, name) != getattr(after, name)]
    assignments = ", ".join(f"{name} = {_slot(name)}" for name in changed)
    sql = f"""
        UPDATE jobs SET revision = revision + 1, {assignments}
        WHERE id = :id AND revision = :revision RETURNING revision
    """
    return bool(run(sql, **{"id": before.id, "revision": before.revision, **_values(after, changed)}))


def _slot(name: str) -> str:
    return f"CAST(:{name} AS jsonb)" if name in DOCUMENTS else f":{name}"


def _values(job: Job, names: Any) -> dict[str, Any]:
    return {name: _value(name, getattr(job, name)) for name in names}


def _value(name: str, value: Any) -> Any:
    """Encode a document; NUL characters, which jsonb cannot hold, are replaced."""
    if name not in DOCUMENTS or value is None:
        return value
    return msgspec.json.encode(value).decode().replace("\\u0000", "\ufffd")


def _job(row: dict[str, Any]) -> Job:
    return msgspec.convert(row, Job)


def _only(rows: list[dict[str, Any]]) -> Job:
    if not rows:
        raise NotFound("There is no such job.", code="JobNotFound")
    return _job(rows[0])
