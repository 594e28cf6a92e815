"""A project's files in PostgreSQL."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from parlance.adapters.sql import Run, query, transaction
from parlance.adapters.training_files import LOCK, remember
from parlance.domain.project import StoredFile

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

COLUMNS = "path, content, version, problems"


def read_all() -> list[StoredFile]:
    """Return every file, ordered by path."""
    return [msgspec.convert(row, StoredFile) for row in query(f"SELECT {COLUMNS} FROM project_files ORDER BY path")]


def write(
    files: Sequence[StoredFile],
    who: str,
    *,
    others: Sequence[str] | None = None,
    hashes: list[str] | None = None,
    guard: Callable[[], None] | None = None,
) -> None:
    """Store files in one transaction and remove `others`; None removes every file that is not given.

    `hashes` names the texts of all examples, where they may have changed. `guard` raises what must stop the change;
    it runs when nobody else can write any more.

    A file whose text is the same keeps its version, time and author.
    """
    with transaction() as run:
        run(LOCK)
        if guard:
            guard()
        _remove(run, [file.path for file in files], others)
        run(_UPSERT, files=msgspec.json.encode(files).decode(), who=who)
        if hashes is not None:
            remember(run, hashes)


def _remove(run: Run, kept: list[str], others: Sequence[str] | None) -> None:
    if others is None:
        run("DELETE FROM project_files WHERE path <> ALL(:paths)", paths=kept)
    elif others:
        run("DELETE FROM project_files WHERE path = ANY(:paths)", paths=list(others))


_UPSERT = """
    INSERT INTO project_files AS stored (path, content, problems, updated_by)
    SELECT path, content, coalesce(problems, '[]'), :who
    FROM jsonb_to_recordset(CAST(:files AS jsonb)) AS given (path text, content text, problems jsonb)
    ORDER BY path
    ON CONFLICT (path) DO UPDATE
    SET content = excluded.content, problems = excluded.problems,
        version = stored.version + CASE WHEN stored.content = excluded.content THEN 0 ELSE 1 END,
        updated_at = CASE WHEN stored.content = excluded.content THEN stored.updated_at ELSE now() END,
        updated_by = CASE WHEN stored.content = excluded.content THEN stored.updated_by ELSE excluded.updated_by END
"""
