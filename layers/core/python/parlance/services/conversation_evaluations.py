"""How conversations fare with the model in use: one, or all that have changed since they were judged, by a job."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import msgspec

from parlance.adapters import conversation_evaluations as store
from parlance.adapters import conversations, models, objects
from parlance.domain import stories, trackers
from parlance.domain.errors import Conflict, Invalid, NotFound
from parlance.domain.models import PRODUCTION
from parlance.domain.orders import ConversationsOrder, order_of
from parlance.services.conversations import require, viewer_of
from parlance.services.jobs import list_jobs, start_order
from parlance.settings import settings

if TYPE_CHECKING:
    from parlance.domain.identity import Principal
    from parlance.domain.jobs import Job


EMPTY = "Nothing in this conversation can be evaluated."
STEP = 20
"""Conversations that are read at once."""
LARGEST = 64 * 1024 * 1024
"""Characters of events after which a call reads no more."""
PATIENCE = 10.0
"""Seconds after which it reads no more; a gateway gives up after 29."""


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
    (told,) = _stories(conversations.find_events_of([sender_id]))
    if not told.story:
        raise Invalid(EMPTY, code="EmptyStory")
    return _start([told], principal.username)


def evaluate_all(principal: Principal) -> Job | None:
    """Queue a job for what has changed since it was evaluated; None without any.

    It is about a thousand conversations at most, fewer when they are long: the others wait for the next call. While
    such a job of the caller's is not over, it is that one: nothing is judged twice.
    """
    under_way = _under_way(principal.username)
    if under_way:
        return under_way
    told = _read(store.waiting(viewer_of(principal)))
    return _start(told, principal.username, all_changed=True) if told else None


def _under_way(who: str) -> Job | None:
    found, _ = list_jobs(states=("queued", "running"), kinds=("conversations",), limit=100, offset=0)
    return next((job for job in found if job.created_by == who and getattr(order_of(job), "all_changed", False)), None)


def _read(senders: list[str]) -> list[Story]:
    """Return stories of these conversations: of as many as it takes to have read enough."""
    told: list[Story] = []
    size, until = 0, time.monotonic() + PATIENCE
    for start in range(0, len(senders), STEP):
        events = conversations.find_events_of(senders[start : start + STEP])
        size += sum(len(event) for mine in events.values() for event in mine)
        for one in _stories(events):
            if one.story:
                told.append(one)
            else:  # noted, so that it does not stand in the others' way
                store.keep(one.sender_id, {"refused": EMPTY}, one.at)
        if told and (size > LARGEST or time.monotonic() > until):
            break
    return told


def _start(told: list[Story], who: str, *, all_changed: bool = False) -> Job:
    try:
        model = models.tagged(PRODUCTION).name
    except NotFound as error:
        raise Conflict("No model is in use, so there is none to evaluate with.", code="NoModelInUse") from error
    key = f"texts/{uuid4().hex}/stories.json"
    objects.put(settings().data_bucket, key, msgspec.json.encode(told))
    order = ConversationsOrder(model=model, stories_key=key, conversations=len(told), all_changed=all_changed)
    return start_order(order, who)


def _stories(events_of: dict[str, list[str]]) -> list[Story]:
    """Return the last sessions of conversations as stories."""
    found = []
    for sender, events in events_of.items():
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
