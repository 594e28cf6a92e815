"""Accounts and their API tokens in PostgreSQL."""

from __future__ import annotations

from typing import Any

from parlance.adapters.sql import query
from parlance.domain.identity import User

COLUMNS = "username, password_hash, roles, data, extract(epoch FROM valid_after)::float8 AS valid_after"


def find(username: str) -> User | None:
    """Return the account of that name; names are compared as written."""
    return _one(query(f"SELECT {COLUMNS} FROM users WHERE username = :username", username=username))


def find_by_api_token(token_hash: str) -> User | None:
    """Return the owner of a live API token and note its use (at most once a minute)."""
    sql = f"""
        WITH used AS (
            UPDATE api_tokens SET last_used_at = now()
            WHERE token_hash = :token_hash AND (last_used_at IS NULL OR last_used_at < now() - interval '1 minute')
        )
        SELECT {COLUMNS} FROM users JOIN api_tokens USING (username)
        WHERE token_hash = :token_hash AND revoked_at IS NULL AND (expires_at IS NULL OR expires_at > now())
    """
    return _one(query(sql, token_hash=token_hash))


def _one(rows: list[dict[str, Any]]) -> User | None:
    return User(**rows[0] | {"roles": tuple(rows[0]["roles"])}) if rows else None
