"""Names of what has no name of its own in a project's files: derived from content, so that they survive a re-import."""

from __future__ import annotations

import hashlib
import re

DIGITS = 13
"""Hexadecimal digits of a number: 52 bits, which every JSON reader holds exactly."""
HASH = re.compile(r"[0-9a-f]{32}")


def hash_of(*parts: object) -> str:
    """Return the md5, in 32 hexadecimal digits, of a text, or of several parts."""
    return hashlib.md5("\0".join(map(str, parts)).encode(), usedforsecurity=False).hexdigest()


def number_of(digest: str) -> int:
    """Return the number by which clients name what has this hash."""
    return int(digest[:DIGITS], 16)


def prefix_of(name: str) -> str:
    """Return how the hash begins that a client names by number or whole; empty: no hash begins so."""
    if HASH.fullmatch(name):
        return name
    if not (name.isascii() and name.isdigit() and len(name) <= 16):  # noqa: PLR2004  digits of 52 bits
        return ""
    prefix = f"{int(name):0{DIGITS}x}"
    return prefix if len(prefix) == DIGITS else ""
