"""Correcting what a message means: the correction, and the training example that is made of it."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any

import msgspec

from parlance.adapters import annotations as store
from parlance.adapters import user_goals
from parlance.adapters.sql import transaction
from parlance.domain.errors import Invalid, NotFound
from parlance.domain.training import examples as domain
from parlance.domain.training.entities import Entity
from parlance.domain.training.examples import NewExample
from parlance.domain.training.ids import hash_of
from parlance.services import training_files
from parlance.services.annotation import message_of
from parlance.services.examples import add_example

if TYPE_CHECKING:
    from parlance.domain.annotation import Correction
    from parlance.domain.identity import Principal
    from parlance.domain.project import Files

LEARNED = frozenset({None, "DIETClassifier", "CRFEntityExtractor"})
"""Extractors that learn from examples; what others find they find without."""
COMMAND = "/"
"""What begins so names its intent itself and is nothing to learn from."""


def correct_intent(principal: Principal, sender_id: str, timestamp: str, wanted: Correction) -> None:
    """Say what the user meant; the message becomes a training example of that intent. All of it or nothing."""
    with transaction():
        message = message_of(principal, sender_id, timestamp)
        made = example_of(message, wanted.mapped_to or wanted.intent, principal.username)
        correction = {"timestamp": float(timestamp), "intent": wanted.intent, "by": principal.username}
        store.correct(sender_id, message["id"], correction | {"made_example": made})
        if wanted.user_goal:
            user_goals.assign(wanted.intent, wanted.user_goal)


def forget_correction(principal: Principal, sender_id: str, timestamp: str) -> None:
    """Let the prediction stand again; the example goes too, unless somebody has given it another intent since."""
    with transaction():
        message = message_of(principal, sender_id, timestamp)
        gone = store.uncorrect(sender_id, message["id"])
        if gone and gone["made_example"]:
            name = hash_of(message["text"].strip("\n\r "))
            training_files.change(lambda files: _without(files, name, gone["intent"]), principal.username)


def example_of(message: dict[str, Any], intent: str, who: str) -> bool:
    """Make an example of a user's message (`type`, `text`, `entities`); tells whether it is one to learn from."""
    text = (message["text"] or "").strip("\n\r ")
    if message["type"] != "user" or not text or text.startswith(COMMAND):
        return False
    found = _entities(message["entities"])
    try:
        add_example(NewExample(text=message["text"], intent=intent, entities=found), who)
    except Invalid:  # entities that overlap or cannot be written; the text alone is still one
        add_example(NewExample(text=message["text"], intent=intent), who)
    return True


def _entities(given: Any) -> tuple[Entity, ...]:
    found = []
    for entity in given if isinstance(given, list) else ():
        with suppress(msgspec.ValidationError):
            if isinstance(entity, dict) and entity.get("extractor") in LEARNED:
                found.append(msgspec.convert(entity, Entity))
    return tuple(found)


def _without(files: Files, name: str, intent: str) -> Files:
    with suppress(NotFound):
        if domain.find(domain.examples(files), name).intent == intent:
            return domain.remove(files, name)
    return files
