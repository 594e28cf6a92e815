"""Tags of models and their history in PostgreSQL; a move and its line in the history are one statement."""

from __future__ import annotations

from typing import Any

import msgspec

from parlance.adapters.sql import query, take_turns
from parlance.domain.errors import NotFound
from parlance.domain.tag_history import Move

REMEMBERED = 500
"""Moves that a way back is looked for in."""
COLUMNS = "tag, model, previous, cause, reason, moved_at, moved_by"


def hold(tag: str) -> None:
    """Keep others from moving the tag until the open transaction ends."""
    take_turns(f"tag {tag}")


def move(step: Move) -> bool:
    """Give the tag to the step's model, taking it from the one that had it; tells whether that changed anything."""
    hold(step.tag)
    sql = """
        WITH before AS (SELECT model FROM model_tags WHERE tag = :tag), moved AS (
            INSERT INTO model_tags (tag, model, tagged_by) VALUES (:tag, :model, :moved_by)
            ON CONFLICT (tag) DO UPDATE SET model = excluded.model, tagged_at = now(), tagged_by = excluded.tagged_by
            WHERE model_tags.model <> excluded.model
            RETURNING tag)
        INSERT INTO tag_moves (tag, model, previous, cause, reason, moved_by)
        SELECT :tag, :model, (SELECT model FROM before), :cause, :reason, :moved_by FROM moved
        RETURNING id
    """
    return bool(query(sql, **_values(step)))


def take_away(step: Move) -> None:
    """Take the tag from the model `step.previous`; raises NotFound when it has not got it."""
    hold(step.tag)
    sql = """
        WITH gone AS (DELETE FROM model_tags WHERE tag = :tag AND model = :previous RETURNING model)
        INSERT INTO tag_moves (tag, previous, cause, reason, moved_by)
        SELECT :tag, model, :cause, :reason, :moved_by FROM gone RETURNING id
    """
    values = _values(step)
    del values["model"]
    if not query(sql, previous=step.previous, **values):
        raise NotFound(f"The model {step.previous} has no tag {step.tag}.", code="TagNotFound")


def history(tag: str, *, limit: int = REMEMBERED, offset: int = 0) -> list[Move]:
    """Return a tag's moves, the newest first."""
    sql = f"SELECT {COLUMNS} FROM tag_moves WHERE tag = :tag ORDER BY id DESC LIMIT :limit OFFSET :offset"
    return msgspec.convert(query(sql, tag=tag, limit=limit, offset=offset), list[Move])


def count(tag: str) -> int:
    """Return how often a tag has moved."""
    return int(query("SELECT count(*) AS n FROM tag_moves WHERE tag = :tag", tag=tag)[0]["n"])


def held_by(model: str) -> list[dict[str, Any]]:
    """Return a model's tags with who gave them and when."""
    sql = "SELECT tag, tagged_at, tagged_by FROM model_tags WHERE model = :model ORDER BY tag"
    return query(sql, model=model)


def _values(step: Move) -> dict[str, Any]:
    return {name: getattr(step, name) for name in ("tag", "model", "moved_by", "cause", "reason")}
