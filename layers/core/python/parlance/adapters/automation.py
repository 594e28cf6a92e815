"""The rules of what happens by itself, and the trainings they are about, in PostgreSQL."""

from __future__ import annotations

import msgspec

from parlance.adapters.sql import query
from parlance.domain.automation import Automation


def load() -> Automation:
    """Return the rules; those of a new installation do nothing."""
    rows = query("SELECT rules FROM automation")
    return msgspec.convert(rows[0]["rules"], Automation) if rows else Automation()


def store(rules: Automation, who: str) -> None:
    """Keep the rules, in place of those before."""
    sql = """
        INSERT INTO automation (rules, updated_by) VALUES (CAST(:rules AS jsonb), :who)
        ON CONFLICT (single) DO UPDATE
        SET rules = excluded.rules, updated_by = excluded.updated_by, updated_at = now()
    """
    query(sql, rules=msgspec.json.encode(rules).decode(), who=who)


def model_of(project_hash: str, only: str | None) -> str | None:
    """Return the newest model that was trained from nothing with this very project, or the same half of it."""
    sql = """
        SELECT m.name FROM models m JOIN jobs j ON j.id = m.job_id
        WHERE m.project_hash = :hash AND coalesce(j.options->>'only', '') = :only
          AND coalesce(j.options->>'finetune', '') = '' AND m.refused IS NULL ORDER BY m.trained_at DESC LIMIT 1
    """
    rows = query(sql, hash=project_hash, only=only or "")
    return rows[0]["name"] if rows else None
