"""Which examples came from users' messages: they go when the last conversation that has their text is erased."""

from __future__ import annotations

from typing import Any

from parlance.adapters.sql import query

# An example that was there before is a developer's, whatever users say.
NOTE = """
INSERT INTO annotated_texts (hash, example)
SELECT new.hash, new.example FROM unnest(CAST(:messages AS uuid[]), CAST(:examples AS uuid[])) AS new (hash, example)
WHERE EXISTS (SELECT FROM message_logs m WHERE m.hash = new.hash)
  AND NOT EXISTS (SELECT FROM training_texts t WHERE t.hash = new.example)
ON CONFLICT DO NOTHING
"""
ONLY_HERE = """
SELECT a.hash::text, replace(a.example::text, '-', '') AS example, min(s.sender_id) AS sender_id
FROM annotated_texts a JOIN seen_texts s USING (hash)
WHERE s.sender_id = ANY (CAST(:senders AS text[])) AND NOT EXISTS (
    SELECT FROM seen_texts other WHERE other.hash = a.hash AND other.sender_id <> ALL (CAST(:senders AS text[])))
GROUP BY a.hash, a.example ORDER BY a.hash
"""


def note(message: str, example: str) -> None:
    """Note, before an example is added, that its text is one of a user (hashes of message and example)."""
    note_many([message], [example])


def note_many(messages: list[str], examples: list[str]) -> None:
    """Note the same of many, message by message beside its example."""
    query(NOTE, messages=messages, examples=examples)


def only_in(senders: list[str]) -> list[dict[str, Any]]:
    """Return the examples (`hash`, `example`, `sender_id`) that came from these conversations and no others."""
    return query(ONLY_HERE, senders=senders)


def drop(hashes: list[str]) -> None:
    """Forget that these texts were annotated."""
    query("DELETE FROM annotated_texts WHERE hash = ANY (CAST(:hashes AS uuid[]))", hashes=hashes)
