"""How conversations fare with the model in use: one, or all that have changed since they were judged, by a job."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import uuid4

import msgspec

from parlance.adapters import conversation_evaluations as store
from parlance.adapters import conversations, models, objects
from parlance.domain import stories, trackers
from parlance.domain.errors import Conflict, Invalid, NotFound
from parlance.domain.models import PRODUCTION
from parlance.domain.orders import ConversationsOrder
from parlance.services.conversations import require, viewer_of
from parlance.services.jobs import start_order
from parlance.settings import settings

if TYPE_CHECKING:
    from parlance.domain.identity import Principal
    from parlance.domain.jobs import Job


EMPTY = "Nothing in this conversation can be evaluated."


class Story(msgspec.Struct, frozen=True):
    """A conversation as the task gets it: its name, the time of its last event, its story in Rasa's YAML, if any."""

    sender_id: str
    at: float
    story: str


def evaluate(principal: Principal, sender_id: str) -> Job:
    """Queue a job that lets the model in use go through a conversation as a story; its result is kept.

    Raises NotFound, Invalid for a conversation in which nothing happened that a story can tell.
    """
    require(principal, sender_id)
    told = _stories([sender_id])
    if not told[0].story:
        raise Invalid(EMPTY, code="EmptyStory")
    return _start(told, principal.username)


def evaluate_all(principal: Principal) -> Job | None:
    """Queue a job for what has changed since it was evaluated, a thousand conversations at most; None without any."""
    told = _stories(store.waiting(viewer_of(principal)))
    for empty in (one for one in told if not one.story):  # noted, so that it does not stand in the others' way
        store.keep(empty.sender_id, {"refused": EMPTY}, empty.at)
    told = [one for one in told if one.story]
    return _start(told, principal.username) if told else None


def _start(told: list[Story], who: str) -> Job:
    try:
        model = models.tagged(PRODUCTION).name
    except NotFound as error:
        raise Conflict("No model is in use, so there is none to evaluate with.", code="NoModelInUse") from error
    key = f"texts/{uuid4().hex}/stories.json"
    objects.put(settings().data_bucket, key, msgspec.json.encode(told))
    return start_order(ConversationsOrder(model=model, stories_key=key, conversations=len(told)), who)


def _stories(senders: list[str]) -> list[Story]:
    """Return the last sessions of conversations as stories."""
    found = []
    for sender, events in conversations.find_events_of(senders).items():
        facts = trackers.read(events)
        steps = stories.without_texts(stories.steps(trackers.last_session(facts)))
        latest = max((fact.timestamp for fact in facts), default=0.0)
        found.append(Story(sender, latest, stories.as_yaml(sender, steps) if steps else ""))
    return found


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
