"""The audit log in PostgreSQL: a line joins the transaction that is open."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from parlance.adapters.sql import query

if TYPE_CHECKING:
    from parlance.domain.audit import Wanted

CHOSEN = """
    (CAST(:actor AS text) IS NULL OR actor = :actor)
    AND (CAST(:action AS text) IS NULL OR action = :action)
    AND (CAST(:object AS text) IS NULL OR object = :object)
    AND (CAST(:start AS float8) IS NULL OR at >= :start)
    AND (CAST(:until AS float8) IS NULL OR at <= :until)
"""


def add(*, details: dict[str, Any], **line: str) -> None:
    """Append a line: actor, via, action, object."""
    sql = """
        INSERT INTO audit_log (actor, via, action, object, details)
        VALUES (:actor, :via, :action, :object, CAST(:details AS jsonb))
    """
    query(sql, **line, details=msgspec.json.encode(details).decode())


def find_page(wanted: Wanted) -> list[dict[str, Any]]:
    """Return a page of lines, the newest first; the page's last id is the next one's cursor."""
    sql = f"""
        SELECT id, at, actor, via, action, object, details FROM audit_log
        WHERE {CHOSEN} AND (CAST(:cursor AS bigint) IS NULL OR id < :cursor)
        ORDER BY id DESC LIMIT :limit
    """
    return query(sql, **msgspec.structs.asdict(wanted))


def count(wanted: Wanted, *, bound: int) -> int:
    """Return how many lines there are, counting no further than one beyond the bound."""
    sql = f"SELECT count(*) AS n FROM (SELECT FROM audit_log WHERE {CHOSEN} LIMIT :bound + 1) counted"
    filters = msgspec.structs.asdict(wanted)
    del filters["limit"], filters["cursor"]
    return int(query(sql, **filters, bound=bound)[0]["n"])


def remove_old(before: float, most: int) -> int:
    """Remove lines from before an instant, `most` of the oldest; return how many."""
    sql = """
        DELETE FROM audit_log WHERE id IN (SELECT id FROM audit_log WHERE at < :before ORDER BY at LIMIT :most)
        RETURNING id
    """
    return len(query(sql, before=before, most=most))
