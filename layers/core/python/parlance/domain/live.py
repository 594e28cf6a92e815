"""What open screens are told: the contract's frames, with names and counts, never with texts."""

from __future__ import annotations

from typing import Any

import msgspec

MOST = 100
"""Conversations in one frame: API Gateway takes 128 KB."""


class Changes(msgspec.Struct, frozen=True, kw_only=True):
    """What changed, as whoever changed it says; details are read when it is told on."""

    conversations: tuple[str, ...] = ()
    jobs: bool = False
    models: bool = False
    inbox: bool = False

    def __bool__(self) -> bool:
        """Whether anything did."""
        return bool(self.conversations or self.jobs or self.models or self.inbox)


class Frame(msgspec.Struct, frozen=True, kw_only=True):
    """One push; only who has the scope gets it."""

    topic: str
    name: str
    data: Any
    scopes: tuple[str, ...]
    recipient_id: str = "ALL"


JOBS = ("models.jobs", "models.evaluations")
INBOX = frozenset({"examples", "logs.messages", "files", "intents"})


def changes_of(scope: str, path: dict[str, str]) -> Changes:
    """Return what a call of the API has changed, by its permission and the names in its path."""
    resource = scope.partition(":")[0]
    return Changes(
        conversations=(path["sender_id"],) if "sender_id" in path else (),
        jobs=resource in JOBS,
        models=resource.startswith("models") and resource not in JOBS,
        inbox=resource in INBOX or resource == "messageIntents",
    )
