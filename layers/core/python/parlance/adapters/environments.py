"""Environments in PostgreSQL: whether each runs, when it sleeps, its canary's steps, what its Rasa last said."""

from __future__ import annotations

from typing import Any

import msgspec

from parlance.adapters.sql import query
from parlance.domain.environments import Environment
from parlance.domain.models import PRODUCTION

COLUMNS = "name, state, schedule, woken_at, steps, verdict"


def note_verdict(name: str, note: dict[str, Any]) -> None:
    """Keep the last thing that an environment's Rasa said of a model that is live, and of one that it refused."""
    sql = """
        INSERT INTO environments (name, verdict) VALUES (:name, CAST(:note AS jsonb))
        ON CONFLICT (name) DO UPDATE SET verdict = coalesce(environments.verdict, '{}') || excluded.verdict
    """
    query(sql, name=name, note=_json({note["state"]: note}))


def known() -> dict[str, Environment]:
    """Return every environment that has a row, by its name."""
    rows = query(f"SELECT {COLUMNS} FROM environments ORDER BY name")
    return {row["name"]: msgspec.convert(row, Environment) for row in rows}


def held(name: str) -> Environment:
    """Return an environment for a change within the open transaction; at first production is on, and no other."""
    state = "on" if name == PRODUCTION else "off"
    query(
        "INSERT INTO environments (name, state) VALUES (:name, :state) ON CONFLICT DO NOTHING", name=name, state=state
    )
    rows = query(f"SELECT {COLUMNS} FROM environments WHERE name = :name FOR UPDATE", name=name)
    return msgspec.convert(rows[0], Environment)


def save(environment: Environment) -> None:
    """Write what people and the clock decide of an environment; its verdict is its Rasa's."""
    sql = """
        UPDATE environments SET state = :state, schedule = CAST(:schedule AS jsonb),
            steps = CAST(:steps AS jsonb), woken_at = :woken_at
        WHERE name = :name
    """
    schedule = _json(environment.schedule) if environment.schedule else None
    values = {"name": environment.name, "state": environment.state, "woken_at": environment.woken_at}
    query(sql, **values, schedule=schedule, steps=_json(environment.steps))


def latest_message() -> float:
    """Return when the last event of any conversation happened, in unix seconds; 0 before the first one."""
    return float(query("SELECT coalesce(max(latest_event_time), 0) AS at FROM conversations")[0]["at"])


def _json(value: Any) -> str:
    return msgspec.json.encode(value).decode()
