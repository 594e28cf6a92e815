"""The connected repository in PostgreSQL, and the files that it and the workbench had in common last."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from parlance.adapters.sql import query
from parlance.domain.errors import Conflict, NotFound
from parlance.domain.git import Repository

if TYPE_CHECKING:
    from parlance.domain.project import Files

COLUMNS = ", ".join(Repository.__struct_fields__)
DOCUMENTS = frozenset({"branches", "conflicts", "error"})


def find() -> Repository | None:
    """Return the repository, if one is connected."""
    rows = query(f"SELECT {COLUMNS} FROM git_repositories")
    return msgspec.convert(rows[0], Repository) if rows else None


def get(repository_id: str) -> Repository:
    """Return the repository of that id; raises NotFound."""
    found = find()
    if found is None or str(found.id) != repository_id:
        raise NotFound("There is no such repository.", code="RepositoryNotFound")
    return found


def insert(facts: dict[str, Any], who: str) -> Repository:
    """Store a new repository; raises Conflict when there is one already."""
    names = ", ".join(facts)
    slots = ", ".join(f":{name}" for name in facts)
    sql = f"""
        INSERT INTO git_repositories ({names}, created_by) VALUES ({slots}, :who)
        ON CONFLICT DO NOTHING RETURNING {COLUMNS}
    """
    rows = query(sql, **facts, who=who)
    if not rows:
        raise Conflict("A repository is connected already: disconnect it first.", code="RepositoryExists")
    return msgspec.convert(rows[0], Repository)


def change(repository: Repository, **facts: Any) -> Repository:
    """Store changed facts on top of what was read; raises Conflict when somebody changed it meanwhile."""
    sets = ", ".join(f"{name} = {_slot(name)}" for name in facts)
    sql = f"""
        UPDATE git_repositories SET revision = revision + 1, {sets}
        WHERE id = :id AND revision = :revision RETURNING {COLUMNS}
    """
    values = {name: _value(name, value) for name, value in facts.items()}
    rows = query(sql, **values, id=repository.id, revision=repository.revision)
    if not rows:
        raise Conflict("The repository's settings changed meanwhile: try again.", code="RepositoryChanged")
    return msgspec.convert(rows[0], Repository)


def remove(repository: Repository) -> None:
    """Forget the repository; the project's files stay."""
    query("DELETE FROM git_common_files")
    query("DELETE FROM git_repositories WHERE id = :id", id=repository.id)


def common_files() -> Files:
    """Return the files that both sides had last."""
    return {row["path"]: row["content"] for row in query("SELECT path, content FROM git_common_files")}


def set_common(files: Files) -> None:
    """Store what both sides have now."""
    given = msgspec.json.encode([{"path": path, "content": text} for path, text in files.items()]).decode()
    query("DELETE FROM git_common_files WHERE path <> ALL(:paths)", paths=list(files))
    query(_PUT, files=given)


_PUT = """
    INSERT INTO git_common_files AS known (path, content)
    SELECT path, content FROM jsonb_to_recordset(CAST(:files AS jsonb)) AS given (path text, content text)
    ON CONFLICT (path) DO UPDATE SET content = excluded.content WHERE known.content <> excluded.content
"""


def _slot(name: str) -> str:
    return f"CAST(:{name} AS jsonb)" if name in DOCUMENTS else f":{name}"


def _value(name: str, value: Any) -> Any:
    if name not in DOCUMENTS or value is None:
        return value
    return msgspec.json.encode(value).decode().replace("\\u0000", "\ufffd")
