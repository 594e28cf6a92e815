"""Models and their tags in PostgreSQL."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from parlance.adapters.sql import Run, query, transaction
from parlance.domain.errors import Conflict, NotFound
from parlance.domain.models import PRODUCTION, Model

if TYPE_CHECKING:
    from collections.abc import Callable

COLUMNS = """
    name, object_key, etag, size, rasa_version, model_id, trained_at, created_by, job_id, project_hash,
    ARRAY(SELECT tag FROM model_tags WHERE model = name ORDER BY tag) AS tags
"""


def page(tag: str | None, limit: int, offset: int) -> tuple[list[Model], int]:
    """Return models, the newest first, and how many there are; with a tag the one that has it."""
    condition = "(CAST(:tag AS text) IS NULL OR name IN (SELECT model FROM model_tags WHERE tag = :tag))"
    sql = f"SELECT {COLUMNS} FROM models WHERE {condition} ORDER BY trained_at DESC, name LIMIT :limit OFFSET :offset"
    rows = query(sql, tag=tag, limit=limit, offset=offset)
    total = query(f"SELECT count(*) AS total FROM models WHERE {condition}", tag=tag)[0]["total"]
    return [_model(row) for row in rows], total


def find(name: str) -> Model:
    """Return a model; raises NotFound."""
    return _only(query(f"SELECT {COLUMNS} FROM models WHERE name = :name", name=name))


def tagged(tag: str) -> Model:
    """Return the model that has a tag; raises NotFound."""
    sql = f"SELECT {COLUMNS} FROM models WHERE name = (SELECT model FROM model_tags WHERE tag = :tag)"
    rows = query(sql, tag=tag)
    if not rows:
        raise NotFound(f"No model has the tag {tag}.", code="TagNotFound")
    return _model(rows[0])


def is_taken(name: str, job_id: str | None) -> bool:
    """Whether another model has this name."""
    sql = "SELECT job_id FROM models WHERE name = :name"
    return any(row["job_id"] is None or row["job_id"] != job_id for row in query(sql, name=name))


def add(run: Run, model: Model) -> None:
    """Store a model within a transaction; a second one of the same job changes nothing. Raises Conflict for a name."""
    names = [name for name in Model.__struct_fields__ if name != "tags"]
    sql = f"""
        INSERT INTO models ({", ".join(names)}) VALUES ({", ".join(f":{name}" for name in names)})
        ON CONFLICT DO NOTHING RETURNING name
    """
    added = run(sql, **{name: getattr(model, name) for name in names})
    if not added and not run("SELECT 1 FROM models WHERE job_id = CAST(:job_id AS text)", job_id=model.job_id):
        raise Conflict(f"There is a model {model.name} already.", code="ModelExistsError")


def tag(run: Run, name: str, tag: str, who: str) -> None:
    """Give a tag to a model, taking it from the one that had it; raises NotFound."""
    if not run("SELECT 1 FROM models WHERE name = :name FOR KEY SHARE", name=name):
        raise NotFound("There is no such model.", code="ModelNotFound")
    sql = """
        INSERT INTO model_tags (tag, model, tagged_by) VALUES (:tag, :name, :who)
        ON CONFLICT (tag) DO UPDATE SET model = excluded.model, tagged_at = now(), tagged_by = excluded.tagged_by
        WHERE model_tags.model <> excluded.model
    """
    run(sql, tag=tag, name=name, who=who)


def tag_first(run: Run, name: str, who: str) -> None:
    """Serve a model when none is served yet."""
    sql = """
        INSERT INTO model_tags (tag, model, tagged_by) VALUES (:tag, :name, :who) ON CONFLICT (tag) DO NOTHING
    """
    run(sql, tag=PRODUCTION, name=name, who=who)


def untag(name: str, tag: str) -> None:
    """Take a tag from a model; raises NotFound when it has not got it."""
    if not query("DELETE FROM model_tags WHERE tag = :tag AND model = :name RETURNING tag", tag=tag, name=name):
        raise NotFound(f"The model {name} has no tag {tag}.", code="TagNotFound")


def remove(name: str, check: Callable[[Model], None]) -> Model:
    """Forget a model and its tags unless `check` raises; nobody tags it meanwhile. Returns what it was."""
    with transaction() as run:
        run("SELECT 1 FROM models WHERE name = :name FOR UPDATE", name=name)
        model = _only(run(f"SELECT {COLUMNS} FROM models WHERE name = :name", name=name))
        check(model)
        run("DELETE FROM model_tags WHERE model = :name", name=name)
        run("DELETE FROM models WHERE name = :name", name=name)
    return model


def _only(rows: list[dict[str, Any]]) -> Model:
    if not rows:
        raise NotFound("There is no such model.", code="ModelNotFound")
    return _model(rows[0])


def _model(row: dict[str, Any]) -> Model:
    return msgspec.convert(row, Model)
