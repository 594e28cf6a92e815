"""Evaluations of models in PostgreSQL."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from parlance.adapters.sql import query
from parlance.domain.evaluations import Evaluation

if TYPE_CHECKING:
    from parlance.adapters.sql import Run

NAMES = Evaluation.__struct_fields__
COLUMNS = ", ".join(NAMES)
DOCUMENTS = frozenset({"files", "scores"})


def add(run: Run, found: Evaluation) -> None:
    """Keep an evaluation; a second time changes nothing, and one of a model that is gone is not kept."""
    slots = ", ".join(f"CAST(:{name} AS jsonb)" if name in DOCUMENTS else f":{name}" for name in NAMES)
    sql = f"""
        INSERT INTO evaluations ({COLUMNS})
        SELECT {slots} WHERE EXISTS (SELECT FROM models WHERE name = :model FOR KEY SHARE)
        ON CONFLICT DO NOTHING
    """
    run(sql, **{name: _value(name, getattr(found, name)) for name in NAMES})


def newest_of_each(limit: int, offset: int) -> tuple[list[Evaluation], int]:
    """Return the newest evaluation of each model, and how many models have one."""
    sql = f"""
        SELECT * FROM (SELECT DISTINCT ON (model) {COLUMNS} FROM evaluations ORDER BY model, created_at DESC) AS newest
        ORDER BY created_at DESC, model LIMIT :limit OFFSET :offset
    """
    total = query("SELECT count(DISTINCT model) AS total FROM evaluations")[0]["total"]
    return [_evaluation(row) for row in query(sql, limit=limit, offset=offset)], total


def newest(model: str) -> Evaluation | None:
    """Return a model's newest evaluation."""
    sql = f"SELECT {COLUMNS} FROM evaluations WHERE model = :model ORDER BY created_at DESC LIMIT 1"
    rows = query(sql, model=model)
    return _evaluation(rows[0]) if rows else None


def remove(model: str) -> list[Evaluation]:
    """Forget a model's evaluations and return them."""
    return [_evaluation(row) for row in query(f"DELETE FROM evaluations WHERE model = :m RETURNING {COLUMNS}", m=model)]


def _value(name: str, value: Any) -> Any:
    return msgspec.json.encode(value).decode().replace("\\u0000", "\ufffd") if name in DOCUMENTS else value


def _evaluation(row: dict[str, Any]) -> Evaluation:
    return msgspec.convert(row, Evaluation)
