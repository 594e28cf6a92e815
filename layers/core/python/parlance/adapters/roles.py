"""Own roles in PostgreSQL, and who holds a role."""

from __future__ import annotations

from typing import Any

import msgspec

from parlance.adapters.sql import query
from parlance.domain.roles import Role

COLUMNS = "role, grants, description, is_default"


def find_all() -> list[Role]:
    """Return the own roles in the order of their names."""
    return [Role(**row) for row in query(f"SELECT {COLUMNS} FROM own_roles ORDER BY role LIMIT 1000")]


def find(role: str) -> Role | None:
    """Return an own role."""
    rows = query(f"SELECT {COLUMNS} FROM own_roles WHERE role = :role", role=role)
    return Role(**rows[0]) if rows else None


def add(role: Role) -> bool:
    """Store a new role; False when the name is taken."""
    sql = """
        INSERT INTO own_roles (role, grants, description, is_default)
        VALUES (:role, CAST(:grants AS jsonb), :description, :is_default) ON CONFLICT DO NOTHING RETURNING role
    """
    return bool(query(sql, **_row(role)))


def replace(role: Role) -> None:
    """Store what the role is from now on."""
    sql = """
        UPDATE own_roles SET grants = CAST(:grants AS jsonb), description = :description, is_default = :is_default
        WHERE role = :role
    """
    query(sql, **_row(role))


def remove(role: str) -> None:
    """Delete an own role."""
    query("DELETE FROM own_roles WHERE role = :role", role=role)


def lock(role: str) -> None:
    """Make other changes of this own role, and of who holds it, wait for the open transaction."""
    query("SELECT FROM own_roles WHERE role = :role FOR UPDATE", role=role)


def hold(roles: list[str]) -> None:
    """Keep these own roles from being deleted until the open transaction has handed them out."""
    query("SELECT FROM own_roles WHERE role = ANY (CAST(:roles AS text[])) ORDER BY role FOR SHARE", roles=roles)


def _row(role: Role) -> dict[str, Any]:
    return msgspec.structs.asdict(role) | {"grants": msgspec.json.encode(role.grants).decode()}
