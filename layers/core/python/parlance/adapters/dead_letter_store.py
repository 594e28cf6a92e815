"""The table of refused messages: each content once, with the reason of its last refusal."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from parlance.adapters.native import transact
from parlance.domain.dead_letters import DeadLetter, Letter, Refusal
from parlance.settings import settings

if TYPE_CHECKING:
    from collections.abc import Iterable

_ROWS = """
INSERT INTO dead_letters AS known (id, environment, body, reason)
SELECT id, environment, body, reason
FROM jsonb_to_recordset(CAST(:letters AS jsonb)) AS letter (id uuid, environment text, body text, reason text)
ORDER BY id
"""
# Refused again after a redrive: the same row, open again.
KEEP = _ROWS + "ON CONFLICT (id) DO UPDATE SET reason = excluded.reason, redriven_at = NULL, received_at = now()"
# What the queue gave up on: the consumer's own reason stands, and so does a redrive that was quicker.
KEEP_UNKNOWN = _ROWS + "ON CONFLICT (id) DO NOTHING"

CLOSE = """
UPDATE dead_letters SET redriven_at = now()
WHERE redriven_at IS NULL AND id IN (SELECT CAST(jsonb_array_elements_text(CAST(:ids AS jsonb)) AS uuid))
"""
# A message that was sent again may be refused again before its sender can say so: that one stays open.
CLOSE_SENT = CLOSE + "AND received_at <= to_timestamp(CAST(:asked AS double precision))"

_COLUMNS = """
SELECT id::text, environment, reason, CAST(extract(epoch FROM received_at) AS double precision),
       CAST(extract(epoch FROM redriven_at) AS double precision), length(body)
"""
LIST = (
    _COLUMNS
    + """, NULL FROM dead_letters
WHERE (CAST(:closed AS boolean) OR redriven_at IS NULL)
  AND (CAST(:after AS text) = '' OR (received_at, id) < (
      SELECT last.received_at, last.id FROM dead_letters AS last WHERE last.id = CAST(nullif(:after, '') AS uuid)
  ))
ORDER BY received_at DESC, id DESC
LIMIT CAST(:most AS integer)
"""
)
CLOCK = "SELECT CAST(extract(epoch FROM clock_timestamp()) AS double precision)"
FIND = _COLUMNS + ", body FROM dead_letters WHERE id = CAST(:id AS uuid)"
OPEN = """
SELECT id::text, body, environment FROM dead_letters WHERE redriven_at IS NULL
ORDER BY received_at, id LIMIT CAST(:most AS integer)
"""
WITH_WORDS = """
SELECT id::text, body, environment FROM dead_letters
WHERE EXISTS (SELECT FROM jsonb_array_elements_text(CAST(:words AS jsonb)) AS word WHERE strpos(body, word) > 0)
ORDER BY id
"""
REMOVE = "DELETE FROM dead_letters WHERE id IN (SELECT CAST(jsonb_array_elements_text(CAST(:ids AS jsonb)) AS uuid))"
COUNT = "SELECT count(*) FROM (SELECT FROM dead_letters WHERE redriven_at IS NULL LIMIT CAST(:most AS integer)) AS open"


def keep(refusals: list[Refusal]) -> None:
    """Keep what was refused, in a transaction of its own."""
    write(KEEP, refusals)


def keep_unknown(refusals: list[Refusal]) -> None:
    """Keep what the queue gave up on; a reason that is known already stays."""
    write(KEEP_UNKNOWN, refusals)


def write(statement: str, refusals: list[Refusal]) -> None:
    """Insert each content once."""
    rows = {refusal.letter.id: row(refusal) for refusal in refusals}
    if rows:
        letters = msgspec.json.encode(list(rows.values())).decode()
        database(lambda run: run(statement, letters=letters))


def row(refusal: Refusal) -> dict[str, str]:
    """Return a table row; the queue's text has no NUL, its environment's name may be anything."""
    letter = refusal.letter
    content = {"environment": letter.environment, "body": letter.body, "reason": refusal.reason}
    return {"id": letter.id, **{key: clean(value) for key, value in content.items()}}


def clean(text: str) -> str:
    """Return text that PostgreSQL can hold."""
    return text.encode(errors="replace").decode().replace("\0", "\N{REPLACEMENT CHARACTER}")


def close(letters: Iterable[Letter]) -> None:
    """Mark letters that were stored after all."""
    _close(CLOSE, letters)


def close_sent(letters: Iterable[Letter], asked: float) -> None:
    """Mark letters that were sent again, unless they were refused again since `asked` (from `clock`)."""
    _close(CLOSE_SENT, letters, asked=asked)


def clock() -> float:
    """Return the database's time, in unix seconds."""
    return float(database(lambda run: run(CLOCK))[0][0])


def _close(statement: str, letters: Iterable[Letter], **values: float) -> None:
    ids = [letter.id for letter in letters]
    if ids:
        database(lambda run: run(statement, ids=msgspec.json.encode(ids).decode(), **values))


def page(*, after: str, most: int, closed: bool) -> list[DeadLetter]:
    """Return the newest letters (older than the letter `after`), without bodies."""
    return [letter(row) for row in database(lambda run: run(LIST, after=after, most=most, closed=closed))]


def find(letter_id: str) -> DeadLetter | None:
    """Return one letter with its body."""
    rows = database(lambda run: run(FIND, id=letter_id))
    return letter(rows[0]) if rows else None


def open_letters(most: int) -> list[Letter]:
    """Return the oldest letters that wait, to be sent again."""
    rows = database(lambda run: run(OPEN, most=most))
    return [Letter(message_id=key, body=body, environment=environment) for key, body, environment in rows]


def count(most: int) -> int:
    """Return how many wait, counting no further than `most`."""
    return int(database(lambda run: run(COUNT, most=most))[0][0])


def bodies_with(words: list[str]) -> list[Letter]:
    """Return the letters, open and closed, whose body holds one of these texts."""
    rows = database(lambda run: run(WITH_WORDS, words=msgspec.json.encode(words).decode()))
    return [Letter(message_id=key, body=body, environment=environment) for key, body, environment in rows]


def remove(ids: list[str]) -> None:
    """Remove letters for good."""
    database(lambda run: run(REMOVE, ids=msgspec.json.encode(ids).decode()))


def letter(row: list[Any]) -> DeadLetter:
    """Build a letter from its row."""
    fields = ("id", "environment", "reason", "received_at", "redriven_at", "size", "body")
    return DeadLetter(**dict(zip(fields, row, strict=True)))


def database(work: Any) -> list[list[Any]]:
    """Run one statement in a transaction of its own."""
    return list(transact(settings().database_secret, work))
