"""A call that must act once, however often it is sent."""

from __future__ import annotations

import hashlib

import msgspec


class Keyed(msgspec.Struct, frozen=True, kw_only=True):
    """Who sent which call under which key."""

    caller: str
    key: str
    call_hash: str


class Given(msgspec.Struct, frozen=True, kw_only=True):
    """An answer as it goes out; `body` is None where it carried a secret that is not kept."""

    status: int
    headers: dict[str, str | list[str]]
    body: str | None


def hash_call(*parts: bytes) -> str:
    """Return one hash of what makes two calls the same; each part counts with its length."""
    digest = hashlib.sha256()
    for part in parts:
        digest.update(len(part).to_bytes(8) + part)
    return digest.hexdigest()
