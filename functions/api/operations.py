"""What operators see and mend: refused messages, and conversations that hang."""

from __future__ import annotations

from typing import Annotated

import msgspec

from functions.api.answers import NO_CONTENT, Answer, page
from functions.api.endpoint import API_TOKEN, Call, Resource
from parlance.domain.dead_letters import DeadLetter
from parlance.domain.errors import Invalid
from parlance.domain.locks import ConversationLock
from parlance.services import dead_letters, locks

operations = Resource(__name__)

AT_ONCE = 500
"""Letters that one call sends again: well within the 29 seconds of an answer."""
COUNTED = 10_000


class LetterFilter(msgspec.Struct, frozen=True):
    """Which refused messages to list; `closed` lists those that were sent again or stored after all, too."""

    limit: Annotated[int, msgspec.Meta(ge=1, le=dead_letters.MOST)] = dead_letters.MOST
    cursor: str = ""
    closed: bool = False


class LockFilter(msgspec.Struct, frozen=True):
    """How many held conversations to list."""

    limit: Annotated[int, msgspec.Meta(ge=1, le=1000)] = 100


class Redriven(msgspec.Struct, frozen=True):
    """How many messages were sent again, and how many still wait (counted up to 10,000)."""

    sent: int
    waiting: int


@operations.endpoint(
    "GET", "/deadLetters", scope="deadLetters:list", accepts=API_TOKEN, query=LetterFilter, answer=list[DeadLetter]
)
def list_letters(_call: Call, query: LetterFilter) -> Answer:
    """List messages that could not be stored, with the reason, the newest first."""
    found = dead_letters.listed(after=query.cursor, limit=query.limit, closed=query.closed)
    more = {"X-Next-Cursor": found[-1].id} if len(found) == query.limit else {}
    waiting = dead_letters.waiting(COUNTED)
    bound = {"X-Total-Count-Is-Minimum": "true"} if waiting == COUNTED else {}
    return page(found, waiting, **more, **bound)


@operations.endpoint("GET", "/deadLetters/{letter}", scope="deadLetters:list", accepts=API_TOKEN, answer=DeadLetter)
def show_letter(_call: Call, letter: str) -> DeadLetter:
    """Show a refused message as it came."""
    return dead_letters.inspected(letter)


@operations.endpoint("POST", "/deadLetters/redrive", scope="deadLetters:update", accepts=API_TOKEN, answer=Redriven)
def redrive_all(_call: Call) -> Redriven:
    """Send the oldest waiting messages again, 500 at most: repeat until none waits."""
    return Redriven(sent=dead_letters.redrive_all(AT_ONCE), waiting=dead_letters.waiting(COUNTED))


@operations.endpoint("POST", "/deadLetters/{letter}/redrive", scope="deadLetters:update", accepts=API_TOKEN, status=204)
def redrive(_call: Call, letter: str) -> Answer:
    """Send a refused message again; refused once more, it is listed once more."""
    dead_letters.redrive(letter)
    return NO_CONTENT


@operations.endpoint(
    "GET", "/locks", scope="locks:list", accepts=API_TOKEN, query=LockFilter, answer=list[ConversationLock]
)
def list_locks(_call: Call, query: LockFilter) -> Answer:
    """List conversations that are being worked on, with holder and queue, the longest held first."""
    found = locks.list_locks(query.limit)
    bound = {} if found.complete else {"X-Total-Count-Is-Minimum": "true"}
    return page(found.locks, len(found.locks), **bound)


@operations.endpoint("GET", "/locks/{sender_id}", scope="locks:list", accepts=API_TOKEN, answer=ConversationLock)
def show_lock(_call: Call, sender_id: str) -> ConversationLock:
    """Show who holds a conversation and who waits for it."""
    return locks.lock_on(sender_id)


@operations.endpoint("DELETE", "/locks/{sender_id}/{ticket}", scope="locks:update", accepts=API_TOKEN, status=204)
def release(_call: Call, sender_id: str, ticket: str) -> Answer:
    """Take a ticket out of a conversation's queue by force: a holder's turn is cancelled."""
    locks.release(sender_id, _number(ticket))
    return NO_CONTENT


def _number(ticket: str) -> int:
    if not (ticket.isascii() and ticket.isdecimal() and len(ticket) < 20):  # noqa: PLR2004  what an int64 has at most
        raise Invalid("ticket: a ticket is a whole number.")
    return int(ticket)
