"""Loads a model beside the one in use: Rasa's own loading, on a thread, into an agent that nobody talks to yet."""

import asyncio
import copy
import sys
from contextlib import contextmanager
from typing import Any, Iterator

from rasa.core.channels.channel import UserMessage
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.shared.data import TrainingType

from parlance_rasa.rollout.quick import without_gradients

PARTS = ("tracker_store", "nlg", "processor", "domain", "fingerprint")
"""What of an agent belongs to its model; the locks, the action server and the broker stay the same."""
EAGER_S = 0.0005
SAMPLE = "hello"


def load_beside(agent: Any, path: str, fingerprint: str) -> Any:
    """Return a new agent with the model of `path`, which has answered once; raise whatever the model raises.

    To be called on a thread of its own: a component may ask for an event loop, and gets one.
    """
    loop = asyncio.new_event_loop()
    asyncio.set_event_loop(loop)
    try:
        with _yielding(), without_gradients():
            fresh = _twin(agent)
            fresh.load_model(path, fingerprint)
            loop.run_until_complete(_try_out(fresh))
    finally:
        asyncio.set_event_loop(None)
        loop.close()
    return fresh


def swap(agent: Any, fresh: Any) -> None:
    """Give the agent the other one's model, between two steps of the event loop.

    A turn that has begun ends with the model, responses and slots that it began with: its processor holds them.
    """
    for part in PARTS:
        setattr(agent, part, getattr(fresh, part))


def _twin(agent: Any) -> Any:
    """Return an agent that shares connections with `agent`, and has places of its own for what a model brings."""
    twin = copy.copy(agent)
    twin.nlg = copy.copy(agent.nlg)
    twin.tracker_store = copy.copy(agent.tracker_store)
    inner = getattr(agent.tracker_store, "_tracker_store", None)
    if inner is not None:  # Rasa wraps every store; the inner one holds the domain
        twin.tracker_store._tracker_store = copy.copy(inner)  # noqa: SLF001 - there is no other way to it
    return twin


async def _try_out(agent: Any) -> None:
    """Have the model answer once: what it builds on first use is built here, and what fails fails here."""
    processor = agent.processor
    if processor.model_metadata.training_type != TrainingType.CORE:
        await processor.parse_message(UserMessage(SAMPLE))
    if processor.model_metadata.training_type != TrainingType.NLU:
        tracker = DialogueStateTracker("parlance-try-out", agent.domain.slots)
        tracker.update_with_events([], agent.domain)
        processor.predict_next_with_tracker(tracker)


@contextmanager
def _yielding() -> Iterator[None]:
    """Let the event loop have the interpreter soon whenever it asks: turns go on while a model is loaded."""
    usual = sys.getswitchinterval()
    sys.setswitchinterval(EAGER_S)
    try:
        yield
    finally:
        sys.setswitchinterval(usual)
