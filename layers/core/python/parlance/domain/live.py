"""What open screens are told: the contract's frames, with names and counts, never with texts."""

from __future__ import annotations

from typing import Any, Literal

import msgspec

from parlance.domain.models import PRODUCTION

MOST = 100
"""Conversations in one frame: API Gateway takes 128 KB."""


class Added(msgspec.Struct, frozen=True, kw_only=True):
    """A model that is new here, and how it came."""

    method: Literal["trained", "uploaded"]
    model_name: str


class Changes(msgspec.Struct, frozen=True, kw_only=True):
    """What changed, as whoever changed it says; details are read when it is told on."""

    conversations: tuple[str, ...] = ()
    jobs: bool = False
    models: bool = False
    inbox: bool = False
    added: tuple[Added, ...] = ()
    promoted: str | None = None
    """The model that is served to users from now on."""
    pushed: str | None = None
    """The branch that local edits were committed to and pushed."""
    guests: bool = False
    """Whether the share link ended: no frame says so, but who came by it is not connected any longer."""

    def __bool__(self) -> bool:
        """Whether anything did."""
        return self != Changes()


class Frame(msgspec.Struct, frozen=True, kw_only=True):
    """One push; only who has the scope gets it."""

    topic: str
    name: str
    data: Any
    scopes: tuple[str, ...]
    recipient_id: str = "ALL"


JOBS = ("models.jobs", "models.evaluations")
INBOX = frozenset({"examples", "logs.messages", "files", "intents"})


def changes_of(scope: str, path: dict[str, str], answer: Any = None) -> Changes:
    """Return what a call of the API has changed, by its permission, the names in its path and what it answered."""
    resource = scope.partition(":")[0]
    model = path.get("model") or (answer.get("model") if isinstance(answer, dict) else None)
    is_promoted = scope == "models.tags:update" and path.get("tag") == PRODUCTION
    return Changes(
        conversations=(path["sender_id"],) if "sender_id" in path else (),
        jobs=resource in JOBS,
        models=resource.startswith("models") and resource not in JOBS,
        inbox=resource in INBOX or resource == "messageIntents",
        added=(Added(method="uploaded", model_name=model),) if model and scope == "models:create" else (),
        promoted=model if is_promoted else None,
        guests=scope == "chatToken:delete",
    )
