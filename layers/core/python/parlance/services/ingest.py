"""From the queue to rows: everything good is stored, everything bad is named and kept, nothing is stored twice."""

from __future__ import annotations

import gc
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import msgspec

from parlance.adapters import claims, dead_letter_store, event_store
from parlance.domain.dead_letters import Letter, Refusal
from parlance.domain.errors import AppError, Invalid, Unavailable
from parlance.domain.events import origin
from parlance.domain.messages import read, unpack
from parlance.domain.turns import Claimed, Turn, Unreadable

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

LARGEST_BATCH = 16 * 1024 * 1024
"""Bytes of events in one transaction: far below what PostgreSQL takes as one parameter."""
DEFAULT_ENVIRONMENT = "production"


class Item(msgspec.Struct, frozen=True):
    """A letter and what it says."""

    letter: Letter
    turn: Turn


class Outcome(msgspec.Struct, kw_only=True):
    """What became of a batch, for the log and for the queue."""

    messages: int
    new_events: int = 0
    refused: int = 0
    postponed: int = 0
    failed: list[str] = []
    """The queue's ids of messages that it must deliver again. A refused one is not among them: its letter is safe."""
    conversations: set[str] = set()
    """Those that new events may belong to."""


def ingest(records: list[dict[str, Any]]) -> Outcome:
    """Store an SQS batch; raises Unavailable when the database takes nothing now, and then all may come again."""
    return take([letter_of(record) for record in records])


def take(letters: list[Letter]) -> Outcome:
    """Store letters, wherever they come from; what is refused is a dead letter, with its reason, when this returns."""
    with without_collection():
        return taken(letters)


@contextmanager
def without_collection() -> Iterator[None]:
    """Keep the garbage collector off a batch: it walks tens of thousands of live objects and finds nothing.

    A quarter of the function's own processor time; reference counts free everything when the batch is done.
    """
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def taken(letters: list[Letter]) -> Outcome:
    """Open the letters, store what can be read, keep what is refused."""
    outcome = Outcome(messages=len(letters))
    items, refusals = [], []
    for letter in letters:
        try:
            items.append(Item(letter, open_letter(letter)))
        except Unavailable:
            outcome.postponed += 1
            outcome.failed.append(letter.message_id)
        except AppError as error:
            refusals.append(Refusal(letter, error.message))
    for batch in batches(items):
        new = store(batch, refusals)
        outcome.new_events += new
        outcome.conversations |= {item.turn.sender_id for item in batch} if new else set()
    settle(items, refusals)
    outcome.refused = len(refusals)
    return outcome


def letter_of(record: dict[str, Any]) -> Letter:
    """Read a record of an SQS event."""
    told = record.get("messageAttributes", {}).get("app_id", {}).get("stringValue")
    return Letter(
        message_id=record["messageId"],
        body=record["body"],
        environment=origin(told) or DEFAULT_ENVIRONMENT,
        receives=int(record.get("attributes", {}).get("ApproximateReceiveCount", 1)),
    )


def open_letter(letter: Letter) -> Turn:
    """Return what a letter says, with its claim collected; raises Invalid, or Unavailable when S3 is away."""
    content = read(letter.body, letter.environment)
    if isinstance(content, Claimed):
        content = read(unpack(claims.fetch(content)), letter.environment)
    if isinstance(content, Claimed):
        raise Invalid("a claim leads to another claim")
    return content


def batches(items: Iterable[Item]) -> Iterator[list[Item]]:
    """Cut items into batches that one transaction takes."""
    batch: list[Item] = []
    size = 0
    for item in items:
        size += item.turn.size
        if batch and size > LARGEST_BATCH:
            yield batch
            batch, size = [], item.turn.size
        batch.append(item)
    if batch:
        yield batch


def store(batch: list[Item], refusals: list[Refusal]) -> int:
    """Store a batch and return how many events were new.

    Events are read while they are stored. Where one cannot be read, all are read first and the others stored; where
    the database refuses one, the batch is halved until it stands alone.
    """
    try:
        return event_store.store([item.turn for item in batch]) if batch else 0
    except Unreadable:
        return store(readable(batch, refusals), refusals)
    except Unavailable:
        raise
    except AppError as error:
        if len(batch) == 1:
            refusals.append(Refusal(batch[0].letter, error.message))
            return 0
    middle = len(batch) // 2
    return store(batch[:middle], refusals) + store(batch[middle:], refusals)


def readable(batch: list[Item], refusals: list[Refusal]) -> list[Item]:
    """Return the items that can be read, and keep why the others cannot."""
    sound = []
    for item in batch:
        try:
            item.turn.read()
            sound.append(item)
        except Unreadable as error:
            refusals.append(Refusal(item.letter, error.message))
    return sound


def settle(items: list[Item], refusals: list[Refusal]) -> None:
    """Keep what was refused; close the dead letter of what came again and was stored this time.

    Raises Unavailable when a letter cannot be kept: the queue then delivers all of it again.
    """
    refused = {refusal.letter.message_id for refusal in refusals}
    dead_letter_store.keep(refusals)
    again = [item.letter for item in items if item.letter.receives > 1]
    dead_letter_store.close(letter for letter in again if letter.message_id not in refused)
