"""API tokens in PostgreSQL; a revoked one stays as a row, so that the audit log's ids keep their meaning."""

from __future__ import annotations

from typing import Any

from parlance.adapters.sql import query, transaction

SHOWN = "id::text AS id, name, created_at, expires_at, last_used_at"


def find_all(username: str) -> list[dict[str, Any]]:
    """Return the user's tokens that are not revoked, the oldest first; expired ones are among them."""
    sql = f"""
        SELECT {SHOWN}, coalesce(expires_at <= extract(epoch FROM now()), false) AS expired FROM api_tokens
        WHERE username = :username AND revoked_at IS NULL ORDER BY created_at, id
    """
    return query(sql, username=username)


def add(username: str, name: str, token_hash: str, *, expires_at: float | None, most: int) -> dict[str, Any] | None:
    """Store a token's hash; None when the user has `most` already."""
    sql = f"""
        INSERT INTO api_tokens (username, name, token_hash, expires_at)
        SELECT :username, :name, :token_hash, CAST(:expires_at AS float8)
        WHERE (SELECT count(*) FROM api_tokens t WHERE t.username = :username AND t.revoked_at IS NULL) < :most
        RETURNING {SHOWN}
    """
    with transaction() as run:  # parallel calls queue at the account's row: each counts what those before it made
        run("SELECT FROM users WHERE username = :username FOR UPDATE", username=username)
        rows = run(sql, username=username, name=name, token_hash=token_hash, expires_at=expires_at, most=most)
    return rows[0] if rows else None


def revoke(username: str, token_id: str) -> str | None:
    """Revoke one of the user's tokens and return its name; None when there is no live one of that id."""
    sql = """
        UPDATE api_tokens SET revoked_at = extract(epoch FROM now())
        WHERE id::text = :token_id AND username = :username AND revoked_at IS NULL RETURNING name
    """
    rows = query(sql, username=username, token_id=token_id)
    return rows[0]["name"] if rows else None
