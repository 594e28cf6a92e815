"""What the API answers in conversations: the bot's messages, and what Rasa itself says."""

from __future__ import annotations

from typing import Any

import msgspec


class BotMessage(msgspec.Struct, frozen=True, kw_only=True):
    """What the bot says; what it is made of (`text`, `buttons`, `image`, `custom`, ...) stands beside the recipient."""

    recipient_id: str | None = None
    text: str | None = None


class RasaTracker(msgspec.Struct, frozen=True, kw_only=True):
    """A tracker as Rasa itself tells it."""

    sender_id: str
    slots: dict[str, Any] = {}
    events: tuple[dict[str, Any], ...] | None = None


class Score(msgspec.Struct, frozen=True, kw_only=True):
    """An action and how sure the policies are of it."""

    action: str
    score: float


class NextAction(msgspec.Struct, frozen=True, kw_only=True):
    """What the bot would do next, by Rasa."""

    scores: tuple[Score, ...] | None = None
    policy: str | None = None
    confidence: float | None = None
    tracker: RasaTracker | None = None


class Executed(msgspec.Struct, frozen=True, kw_only=True):
    """The tracker after an action, and what the bot said, by Rasa."""

    tracker: RasaTracker | None = None
    messages: tuple[BotMessage, ...] = ()


class ExportFile(msgspec.Struct, frozen=True, kw_only=True):
    """Where an export lies that no answer holds, for some minutes."""

    url: str
    expires_in: int
    conversations: int
    size: int
    compression: str
