"""Refused messages: see them, see why, send them again once the cause is gone."""

from __future__ import annotations

from parlance.adapters import dead_letter_store, event_topic
from parlance.adapters.event_topic import Message
from parlance.domain.dead_letters import DeadLetter, Letter, Refusal
from parlance.domain.errors import NotFound, Unavailable

MOST = 100
"""Letters on a page, and in one step of a redrive."""
GAVE_UP = "it was delivered too often without success, and the event service could not say why"


def listed(*, after: str = "", limit: int = MOST, closed: bool = False) -> list[DeadLetter]:
    """Return waiting letters, newest first, older than the letter `after`; with `closed` those sent again too."""
    return dead_letter_store.page(after=after, most=min(limit, MOST), closed=closed)


def waiting(most: int = 10_000) -> int:
    """Return how many letters wait, counting no further than `most`."""
    return dead_letter_store.count(most)


def inspected(letter_id: str) -> DeadLetter:
    """Return a letter with its body; raises NotFound."""
    letter = dead_letter_store.find(letter_id)
    if letter is None:
        raise NotFound(f"There is no dead letter {letter_id}.", code="DeadLetterNotFound")
    return letter


def redrive(letter_id: str) -> None:
    """Send one letter again; when it is refused again it is open again. Raises NotFound, Unavailable."""
    letter = inspected(letter_id)
    if not send([Letter(message_id=letter.id, body=letter.body or "", environment=letter.environment)]):
        raise Unavailable("The topic did not take the message.", retry_after=5)


def redrive_all(most: int = 10_000) -> int:
    """Send again what waits now, oldest first, `most` letters at most; return how many that were."""
    total = waiting(most)
    sent = 0
    while sent < total:
        done = send(dead_letter_store.open_letters(min(MOST, total - sent)))
        sent += done
        if not done:
            break
    return sent


def send(letters: list[Letter]) -> int:
    """Send letters to the topic and close those that it took."""
    messages = [Message(letter, letter.body, letter.environment) for letter in letters]
    asked = dead_letter_store.clock()
    sent = event_topic.publish(messages)
    dead_letter_store.close_sent(sent, asked)
    return len(sent)


def absorb(most: int = 1000) -> int:
    """Move what the queue gave up on into the table, where people see it; return how many messages that were."""
    moved = 0
    while moved < most and (letters := event_topic.given_up()):
        dead_letter_store.keep_unknown([Refusal(letter, GAVE_UP) for letter, _receipt in letters])
        event_topic.forget([receipt for _letter, receipt in letters])
        moved += len(letters)
    return moved
