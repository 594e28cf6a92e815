"""What an installation needs before its first request: a tracker database, a signing key, a first administrator."""

from __future__ import annotations

import msgspec

from parlance.adapters import aws, keys, passwords, users
from parlance.adapters.tracker_database import ensure_tracker_database
from parlance.domain.identity import User
from parlance.settings import settings


class FirstUser(msgspec.Struct, frozen=True):
    """What the secret of the first user holds."""

    username: str
    password: str


def prepare() -> None:
    """Make what is missing; harmless to repeat, never replaces a key or a password."""
    ensure_tracker_database()
    ensure_signing_key(settings().signing_key_secret)
    ensure_first_user(settings().first_user_secret)


def ensure_signing_key(secret: str) -> None:
    """Put a new RS256 key into an empty secret."""
    if not keys.load(secret).keys:
        keys.store(secret, (keys.create(),))


def ensure_first_user(secret: str) -> None:
    """Create the administrator that the secret describes, unless that name exists."""
    first = msgspec.json.decode(aws.secret(secret), type=FirstUser)
    if users.find(first.username) is None:
        users.add(User(username=first.username, password_hash=passwords.protect(first.password), roles=("admin",)))
