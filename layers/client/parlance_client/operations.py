"""What operators see and mend."""

from __future__ import annotations

import msgspec

from parlance.domain.dead_letters import DeadLetter
from parlance.domain.locks import ConversationLock
from parlance.domain.shapes import AuditLine
from parlance_client.pages import Page, page
from parlance_client.transport import Transport, segment


class Redriven(msgspec.Struct, frozen=True):
    """How many messages were sent again in one call, and how many still wait."""

    sent: int
    waiting: int


class DeadLetters:
    """Messages that could not be stored."""

    def __init__(self, transport: Transport) -> None:
        """Send nothing yet."""
        self._transport = transport

    def list(self, *, closed: bool = False, limit: int = 100) -> Page[DeadLetter]:
        """Return letters that wait, the newest first; with `closed` the others, too."""
        asked = {"limit": str(limit), "closed": str(closed).lower()}
        return page(self._transport.get("/deadLetters", **asked), DeadLetter)

    def show(self, letter: str) -> DeadLetter:
        """Return one letter with its body."""
        return self._transport.get(f"/deadLetters/{segment(letter)}").read(DeadLetter)

    def redrive(self, letter: str) -> None:
        """Send one letter again."""
        self._transport.send("POST", f"/deadLetters/{segment(letter)}/redrive")

    def redrive_some(self) -> Redriven:
        """Send some hundred of the oldest again: repeat until none waits."""
        return self._transport.send("POST", "/deadLetters/redrive").read(Redriven)


class Locks:
    """Conversations that are being worked on."""

    def __init__(self, transport: Transport) -> None:
        """Send nothing yet."""
        self._transport = transport

    def list(self, *, limit: int = 100) -> Page[ConversationLock]:
        """Return held conversations, the longest held first."""
        return page(self._transport.get("/locks", limit=str(limit)), ConversationLock)

    def show(self, sender_id: str) -> ConversationLock:
        """Return who holds a conversation and who waits for it."""
        return self._transport.get(f"/locks/{segment(sender_id)}").read(ConversationLock)

    def release(self, sender_id: str, ticket: int) -> None:
        """Take a ticket out of the queue by force: a holder's turn is cancelled."""
        self._transport.send("DELETE", f"/locks/{segment(sender_id)}/{ticket}")


class Audit:
    """Who did what."""

    def __init__(self, transport: Transport) -> None:
        """Send nothing yet."""
        self._transport = transport

    def list(self, *, limit: int = 100, **filters: str) -> Page[AuditLine]:
        """Return lines, the newest first; filters: actor, action, object, start, until."""
        return page(self._transport.get("/audit", limit=str(limit), **filters), AuditLine)
