"""Accounts and their API tokens in PostgreSQL."""

from __future__ import annotations

from typing import Any

from parlance.adapters.sql import query
from parlance.domain.identity import User

COLUMNS = """
    username, password_hash, roles, data, valid_after, issuer, subject,
    (SELECT coalesce(jsonb_object_agg(o.role, o.grants), '{}') FROM own_roles o WHERE o.role = ANY (users.roles))
    AS own_grants
"""


def find(username: str) -> User | None:
    """Return the account of that name; names are compared as written."""
    return _one(query(f"SELECT {COLUMNS} FROM users WHERE username = :username", username=username))


def find_by_identity(issuer: str, subject: str) -> User | None:
    """Return the account of somebody at the identity provider."""
    sql = f"SELECT {COLUMNS} FROM users WHERE issuer = :issuer AND subject = :subject"
    return _one(query(sql, issuer=issuer, subject=subject))


def set_identity(username: str, issuer: str, subject: str) -> None:
    """Say who the account is at the identity provider."""
    sql = "UPDATE users SET issuer = :issuer, subject = :subject WHERE username = :username"
    query(sql, username=username, issuer=issuer, subject=subject)


def find_by_api_token(token_hash: str) -> User | None:
    """Return the owner of a live API token and note its use (at most once a minute)."""
    sql = f"""
        WITH used AS (
            UPDATE api_tokens SET last_used_at = extract(epoch FROM now())
            WHERE token_hash = :token_hash AND coalesce(last_used_at, 0) < extract(epoch FROM now()) - 60
        )
        SELECT {COLUMNS} FROM users JOIN api_tokens USING (username)
        WHERE token_hash = :token_hash AND revoked_at IS NULL
          AND (expires_at IS NULL OR expires_at > extract(epoch FROM now()))
    """
    return _one(query(sql, token_hash=token_hash))


def find_all(*, username: str | None = None, role: str | None = None) -> list[User]:
    """Return the accounts in the order of their names, narrowed to a name or a role."""
    sql = f"""
        SELECT {COLUMNS} FROM users
        WHERE (CAST(:username AS text) IS NULL OR username = :username)
          AND (CAST(:role AS text) IS NULL OR :role = ANY (roles))
        ORDER BY username LIMIT 1000
    """
    return [_user(row) for row in query(sql, username=username, role=role)]


def find_many(usernames: set[str]) -> list[User]:
    """Return these accounts, those of them that there are."""
    sql = f"SELECT {COLUMNS} FROM users WHERE username = ANY (CAST(:names AS text[])) ORDER BY username"
    return [_user(row) for row in query(sql, names=sorted(usernames))]


def lock(usernames: set[str]) -> list[User]:
    """Return these accounts; other changes of them wait for the open transaction."""
    sql = f"SELECT {COLUMNS} FROM users WHERE username = ANY (CAST(:names AS text[])) ORDER BY username FOR UPDATE"
    return [_user(row) for row in query(sql, names=sorted(usernames))]


def first_with(role: str) -> str | None:
    """Return the name of the oldest account that holds the role."""
    sql = "SELECT username FROM users WHERE :role = ANY (roles) ORDER BY created_at, username LIMIT 1"
    rows = query(sql, role=role)
    return rows[0]["username"] if rows else None


def set_roles(username: str, roles: tuple[str, ...]) -> None:
    """Store which roles the account holds from now on."""
    sql = "UPDATE users SET roles = CAST(:roles AS text[]) WHERE username = :username"
    query(sql, username=username, roles=list(roles))


def add(user: User) -> bool:
    """Store a new account; False when the name is taken."""
    sql = """
        INSERT INTO users (username, password_hash, roles, valid_after)
        VALUES (:username, :password_hash, CAST(:roles AS text[]), :valid_after)
        ON CONFLICT DO NOTHING RETURNING username
    """
    names = {"username": user.username, "password_hash": user.password_hash, "roles": list(user.roles)}
    return bool(query(sql, **names, valid_after=user.valid_after))


def remove(username: str) -> User | None:
    """Delete an account with its API tokens and return it."""
    return _one(query(f"DELETE FROM users WHERE username = :username RETURNING {COLUMNS}", username=username))


def set_password(username: str, password_hash: str, *, valid_after: float) -> None:
    """Store a new password's hash; tokens issued before `valid_after` are stale from now on."""
    sql = "UPDATE users SET password_hash = :hash, valid_after = :after WHERE username = :username"
    query(sql, username=username, hash=password_hash, after=valid_after)


def expire_tokens(username: str, *, before: float) -> None:
    """Make tokens stale that were issued before (unix seconds)."""
    query("UPDATE users SET valid_after = :before WHERE username = :username", username=username, before=before)


def set_data(username: str, data: str) -> None:
    """Store the UI's own JSON text beside the account."""
    query("UPDATE users SET data = CAST(:data AS jsonb) WHERE username = :username", username=username, data=data)


def _one(rows: list[dict[str, Any]]) -> User | None:
    return _user(rows[0]) if rows else None


def _user(row: dict[str, Any]) -> User:
    return User(**row | {"roles": tuple(row["roles"])})
