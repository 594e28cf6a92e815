"""Models and their tags in PostgreSQL."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from parlance.adapters import tags
from parlance.adapters.sql import Run, query, transaction
from parlance.domain.errors import Conflict, NotFound
from parlance.domain.models import PRODUCTION, Model
from parlance.domain.tag_history import Move

if TYPE_CHECKING:
    from collections.abc import Callable

COLUMNS = """
    name, object_key, etag, size, rasa_version, model_id, trained_at, created_by, job_id, project_hash, created_at,
    refused,
    ARRAY(SELECT tag FROM model_tags WHERE model = name ORDER BY tag) AS tags
"""


NOT_ADDED = frozenset({"tags", "created_at", "refused"})
"""What a model gets later, or from the database."""


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


def by_etag(etag: str, tag: str) -> Model | None:
    """Return the model with this fingerprint: of several that are the same file the tagged one, else the newest."""
    sql = f"""
        SELECT {COLUMNS} FROM models WHERE etag = :etag
        ORDER BY name = (SELECT model FROM model_tags WHERE tag = :tag) DESC NULLS LAST, created_at DESC LIMIT 1
    """
    rows = query(sql, etag=etag, tag=tag)
    return _model(rows[0]) if rows else None


def is_taken(name: str, job_id: str | None) -> bool:
    """Whether another model has this name."""
    sql = "SELECT job_id FROM models WHERE name = :name"
    return any(row["job_id"] is None or row["job_id"] != job_id for row in query(sql, name=name))


def owns(object_key: str) -> bool:
    """Whether a file in storage is a model's."""
    return bool(query("SELECT FROM models WHERE object_key = :object_key", object_key=object_key))


def ids_of(words: tuple[str, ...]) -> list[str]:
    """Return Rasa's ids of models by their names; a word that is no name here counts as an id."""
    rows = query("SELECT model_id FROM models WHERE name = ANY (CAST(:words AS text[]))", words=list(words))
    return sorted({*words, *(row["model_id"] for row in rows)})


def named(ids: list[str]) -> list[dict[str, Any]]:
    """Return these of Rasa's ids with the model's name where it is still here: the newest model first."""
    sql = """
        SELECT told.id AS model_id, known.name
        FROM unnest(CAST(:ids AS text[])) AS told (id)
        LEFT JOIN LATERAL (SELECT max(name) AS name, max(trained_at) AS trained_at FROM models
                           WHERE models.model_id = told.id) known ON true
        ORDER BY known.trained_at DESC NULLS LAST, told.id
    """
    return query(sql, ids=ids)


def add(run: Run, model: Model) -> None:
    """Store a model within a transaction; a second one of the same job changes nothing. Raises Conflict for a name."""
    names = [name for name in Model.__struct_fields__ if name not in NOT_ADDED]
    sql = f"""
        INSERT INTO models ({", ".join(names)}) VALUES ({", ".join(f":{name}" for name in names)})
        ON CONFLICT DO NOTHING RETURNING name
    """
    added = run(sql, **{name: getattr(model, name) for name in names})
    if not added and not run("SELECT 1 FROM models WHERE job_id = CAST(:job_id AS text)", job_id=model.job_id):
        raise Conflict(f"There is a model {model.name} already.", code="ModelExistsError")


def tag(run: Run, name: str, tag: str, who: str) -> None:
    """Give a tag to a model, taking it from the one that had it; raises NotFound."""
    _keep(run, name)
    tags.move(Move(tag=tag, model=name, moved_by=who))


def tag_first(run: Run, name: str, who: str) -> None:
    """Serve a model when none is served yet; raises NotFound."""
    _keep(run, name)
    tags.hold(PRODUCTION)
    if not run("SELECT 1 FROM model_tags WHERE tag = :tag", tag=PRODUCTION):
        tags.move(Move(tag=PRODUCTION, model=name, moved_by=who, cause="trained"))


def untag(name: str, tag: str, who: str) -> None:
    """Take a tag from a model; raises NotFound when it has not got it."""
    tags.take_away(Move(tag=tag, model=None, previous=name, moved_by=who, cause="untagged"))


def usable(names: list[str]) -> set[str]:
    """Return those of the names whose models are still there and that no Rasa has refused."""
    sql = "SELECT name FROM models WHERE name = ANY(CAST(:names AS text[])) AND refused IS NULL"
    return {row["name"] for row in query(sql, names=names)}


def note_refusal(name: str, refusal: dict[str, Any] | None) -> None:
    """Flag a model that a Rasa could not load, or take the flag away."""
    sql = "UPDATE models SET refused = CAST(:refusal AS jsonb) WHERE name = :name"
    query(sql, name=name, refusal=msgspec.json.encode(refusal).decode() if refusal else None)


def remove(name: str, check: Callable[[Model], None]) -> Model:
    """Forget a model and its tags unless `check` raises; nobody tags it meanwhile. Returns what it was."""
    with transaction() as run:
        run("SELECT 1 FROM models WHERE name = :name FOR UPDATE", name=name)
        model = _only(run(f"SELECT {COLUMNS} FROM models WHERE name = :name", name=name))
        check(model)
        run("DELETE FROM model_tags WHERE model = :name", name=name)
        run("DELETE FROM models WHERE name = :name", name=name)
    return model


def _keep(run: Run, name: str) -> None:
    """Let nobody delete the model until the open transaction ends; raises NotFound."""
    if not run("SELECT 1 FROM models WHERE name = :name FOR KEY SHARE", name=name):
        raise NotFound("There is no such model.", code="ModelNotFound")


def _only(rows: list[dict[str, Any]]) -> Model:
    if not rows:
        raise NotFound("There is no such model.", code="ModelNotFound")
    return _model(rows[0])


def _model(row: dict[str, Any]) -> Model:
    return msgspec.convert(row, Model)
