"""The project's files under one lock: read, changed and written in one transaction, so that no edit is lost."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from parlance.adapters.sql import query, transaction

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from parlance.adapters.sql import Run
    from parlance.domain.project import StoredFile

LOCK = "SELECT pg_advisory_xact_lock(hashtext('project_files'))"
READ = """
SELECT path, content, version, updated_by, extract(epoch FROM updated_at)::float8 AS updated_at
FROM project_files WHERE path LIKE 'data/%' OR path LIKE 'domain%' OR path LIKE 'tests/%' ORDER BY path
"""
WRITE = """
INSERT INTO project_files AS stored (path, content, problems, updated_by)
SELECT path, content, coalesce(problems, '[]'), :who
FROM jsonb_to_recordset(CAST(:files AS jsonb)) AS given (path text, content text, problems jsonb)
ON CONFLICT (path) DO UPDATE
SET content = excluded.content, problems = excluded.problems, version = stored.version + 1,
    updated_at = now(), updated_by = excluded.updated_by
"""
REMEMBER = """
WITH given AS (SELECT CAST(jsonb_array_elements_text(CAST(:hashes AS jsonb)) AS uuid) AS hash),
     gone AS (DELETE FROM training_texts known WHERE NOT EXISTS (SELECT FROM given WHERE given.hash = known.hash))
INSERT INTO training_texts SELECT hash FROM given ON CONFLICT DO NOTHING
"""


def read() -> list[dict[str, Any]]:
    """Return training data, domain and tests: path, content, version, and who changed it when (unix seconds)."""
    return query(READ)


def newest_training() -> float:
    """Return when the newest model was trained (unix seconds); 0 without one."""
    return float(query("SELECT coalesce(extract(epoch FROM max(trained_at)), 0)::float8 AS at FROM models")[0]["at"])


def change(work: Callable[[dict[str, str]], Sequence[StoredFile]], who: str, hashes: Callable[[], list[str]]) -> None:
    """Give `work` all files by path and store what it returns; `hashes` then names the texts of all examples."""
    with transaction() as run:
        run(LOCK)
        changed = work({row["path"]: row["content"] for row in run(READ)})
        if changed:
            run(WRITE, files=msgspec.json.encode(changed).decode(), who=who)
            remember(run, hashes())


def remember(run: Run, hashes: list[str]) -> None:
    """Note the texts of all examples, by which the inbox knows what is annotated."""
    run(REMEMBER, hashes=msgspec.json.encode(sorted(set(hashes))).decode())
