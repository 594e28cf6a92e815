"""Messages that could not be stored: kept whole, with the reason, until somebody sends them again."""

from __future__ import annotations

import hashlib

import msgspec


class Letter(msgspec.Struct, frozen=True, kw_only=True):
    """A message as the queue delivered it."""

    message_id: str
    """The queue's own."""
    body: str
    environment: str
    """Where it comes from, unless the message itself says it."""
    receives: int = 1
    """How often the queue has delivered it, this time included."""

    @property
    def id(self) -> str:
        """32 hex digits: the same content refused again is the same dead letter."""
        return hashlib.sha256(f"{self.environment}\n{self.body}".encode(errors="replace")).hexdigest()[:32]


class Refusal(msgspec.Struct, frozen=True):
    """A letter that can never be stored as it is, and why."""

    letter: Letter
    reason: str


class DeadLetter(msgspec.Struct, frozen=True, kw_only=True):
    """A refused message as people see it. Times are unix seconds."""

    id: str
    environment: str
    reason: str
    received_at: float
    redriven_at: float | None
    """When it was sent again or stored after all; None: it waits for somebody."""
    size: int
    """Characters of the body."""
    body: str | None
    """Only when one letter is inspected."""
