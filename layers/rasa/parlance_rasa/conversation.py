"""How a conversation's name and other short texts fit into PostgreSQL's text columns."""

import hashlib
import re
from typing import Optional

LONGEST = 255  # Rasa's own columns are VARCHAR(255)
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


def storable(text: str) -> str:
    """Return the text with what PostgreSQL refuses (NUL, lone surrogates) written as JSON escapes; else unchanged."""
    return _UNSTORABLE.sub(lambda found: "\\u%04x" % ord(found.group()), text)


def conversation_key(sender_id: str) -> str:
    """Return the name under which a conversation is stored and published; stable, and its own key again.

    An ordinary `sender_id` is its own key. One that is too long keeps its start and gets its SHA-256 as an end.
    """
    key = storable(sender_id)
    if len(key) <= LONGEST:
        return key
    digest = hashlib.sha256(key.encode("utf-8")).hexdigest()
    return key[: LONGEST - len(digest) - 1] + "~" + digest


def column(value: object) -> Optional[str]:
    """Return a short text cut to Rasa's column width; the event's own JSON keeps it whole."""
    return None if value is None else storable(str(value))[:LONGEST]
