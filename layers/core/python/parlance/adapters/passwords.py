"""Argon2id, with the library's RFC 9106 parameters (64 MiB)."""

from __future__ import annotations

from functools import cache
from typing import Any

NOBODY = "$argon2id$v=19$m=65536,t=3,p=4$H19nSxir5xN1KFbMbS+10Q$I/OIjBTqmz/Q3+loLWQJ93Uc9t4V+G1orQhE9vra0SY"
"""A hash that no password has: checked for unknown names, so that they take as long as known ones."""


@cache
def hasher() -> Any:
    """Return the one hasher; imported late, because few requests carry a password."""
    import argon2

    return argon2.PasswordHasher()


def protect(password: str) -> str:
    """Return the PHC string to store."""
    return str(hasher().hash(password))


def matches(stored: str, password: str) -> bool:
    """Tell whether the password belongs to the hash; takes the same time either way."""
    from argon2.exceptions import Argon2Error, InvalidHashError

    try:
        return bool(hasher().verify(stored, password))
    except (Argon2Error, InvalidHashError):
        return False


def is_outdated(stored: str) -> bool:
    """Tell whether the hash was made with weaker parameters than today's."""
    return bool(hasher().check_needs_rehash(stored))
