"""How conversations fare with the model in use: one, or all that have changed since they were judged."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from parlance.adapters import conversation_evaluations as store
from parlance.adapters import rasa
from parlance.domain import stories
from parlance.domain.conversations import Section
from parlance.domain.errors import Invalid, NotFound, Unprocessable
from parlance.services.conversations import require, story, viewer_of

if TYPE_CHECKING:
    from parlance.domain.identity import Principal

YAML = "application/x-yaml"
PATIENCE = 15.0
"""Seconds after which a call that evaluates all begins no other one."""


def evaluate(principal: Principal, sender_id: str) -> dict[str, Any]:
    """Let the model in use go through a conversation as a story, and keep what came out.

    Raises Invalid for a conversation in which nothing happened that a story can tell.
    """
    steps = stories.without_texts(story(principal, sender_id, Section()))
    if not steps:
        raise Invalid("Nothing in this conversation can be evaluated.", code="EmptyStory")
    result = dict(rasa.ask("POST", "/model/test/stories", body=stories.as_yaml(sender_id, steps), media=YAML))
    store.keep(sender_id, result)
    return result


def evaluate_all(principal: Principal) -> int:
    """Evaluate, for some seconds, what has changed since it was evaluated; returns how many are left."""
    viewer, until = viewer_of(principal), time.monotonic() + PATIENCE
    while waiting := store.waiting(viewer):
        for sender in waiting:
            if time.monotonic() > until:
                return store.count_waiting(viewer)
            try:
                evaluate(principal, sender)
            except (Invalid, Unprocessable) as error:  # noted, so that it does not stand in the others' way
                store.keep(sender, {"refused": error.message})
    return 0


def evaluation_of(principal: Principal, sender_id: str) -> dict[str, Any]:
    """Return what the last evaluation said; raises NotFound."""
    require(principal, sender_id)
    found = store.find(sender_id)
    if found is None:
        raise NotFound("This conversation has not been evaluated.", code="EvaluationNotFound")
    return found


def forget_evaluation(principal: Principal, sender_id: str) -> None:
    """Drop it; raises NotFound."""
    require(principal, sender_id)
    if not store.remove(sender_id):
        raise NotFound("This conversation has not been evaluated.", code="EvaluationNotFound")


def evaluations() -> list[dict[str, Any]]:
    """Return the results of all conversations, each under its name."""
    return store.all_results()
