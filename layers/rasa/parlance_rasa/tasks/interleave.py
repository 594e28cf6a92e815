"""Lets other conversations go on between the steps of a turn.

Rasa keeps the event loop from a turn's first component to its last action, some 15 ms. Meanwhile the answers to other
turns' questions (a lock, a look, a commit) lie there, and when it ends all turns wait for them at once. Here the loop
is given a pass between the steps: who waits asks the next question, and the one who computes goes on at once.
"""

import asyncio
from typing import Any, Awaitable, Callable

STEPS = ("parse_message", "run_action_extract_slots", "_run_action")


def install() -> None:
    """Have Rasa's processor give way after each step. A conversation's lock is held all the while."""
    from rasa.core.processor import MessageProcessor

    for name in STEPS:
        setattr(MessageProcessor, name, giving_way(getattr(MessageProcessor, name)))


def giving_way(step: Callable[..., Awaitable[Any]]) -> Callable[..., Awaitable[Any]]:
    """Return the step with one pass of the event loop after it."""

    async def give_way(*args: Any, **kwargs: Any) -> Any:
        result = await step(*args, **kwargs)
        await asyncio.sleep(0)
        return result

    return give_way
