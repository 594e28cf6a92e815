"""How conversations fare with the model in use: one, or all that have changed since they were judged, by a job."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import msgspec

from parlance.adapters import conversation_evaluations as store
from parlance.adapters import models, objects
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
TOO_LONG = "The last session of this conversation is too long to be evaluated."
LONGEST = 4 * 1024 * 1024
"""Bytes of a session's events, without their texts: some ten thousand turns."""
STEP = 20
"""Conversations that are read at once."""
LARGEST = 16 * 1024 * 1024
"""Characters of stories after which a call reads no more."""
PATIENCE = 10.0
"""Seconds after which it reads no more; a gateway gives up after 29."""


class Story(msgspec.Struct, frozen=True, omit_defaults=True):
    """A conversation as the task gets it: its name, the time of its last event, its story in Rasa's YAML."""

    sender_id: str
    at: float
    story: str = ""
    refused: str = ""
    """Why there is no story."""


def evaluate(principal: Principal, sender_id: str) -> Job:
    """Queue a job that lets the model in use go through a conversation as a story; its result is kept.

    Raises NotFound, Invalid for a conversation in which nothing happened that a story can tell, or far too much.
    """
    require(principal, sender_id)
    (told,) = _stories([sender_id]) or [Story(sender_id, 0.0, refused=EMPTY)]
    if told.refused:
        raise Invalid(told.refused, code="EmptyStory" if told.refused == EMPTY else "StoryTooLong")
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
        for one in _stories(senders[start : start + STEP]):
            if one.refused:  # noted, so that it does not stand in the others' way
                store.keep(one.sender_id, {"refused": one.refused}, one.at)
            else:
                told.append(one)
                size += len(one.story)
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


def _stories(senders: list[str]) -> list[Story]:
    """Return the last sessions of conversations as stories."""
    return [_story(sender, told) for sender, told in store.last_sessions(senders, most=LONGEST).items()]


def _story(sender: str, told: store.LastSession) -> Story:
    if not told.is_whole:
        return Story(sender, told.at, refused=TOO_LONG)
    steps = stories.without_texts(stories.steps(trackers.last_session(trackers.read(told.events))))
    return Story(sender, told.at, stories.as_yaml(sender, steps)) if steps else Story(sender, told.at, refused=EMPTY)


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
