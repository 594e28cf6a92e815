"""How a server learns that the lock refused a message: Rasa's channels swallow the error and answer 200."""

from __future__ import annotations

from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING, Iterator, List, Optional

if TYPE_CHECKING:
    from parlance_rasa.locks.errors import Refusal

_noted: ContextVar[Optional[List[Refusal]]] = ContextVar("parlance_lock_refusals", default=None)


@contextmanager
def noted() -> Iterator[List[Refusal]]:
    """Collect the refusals that happen while a request is handled."""
    refusals: List[Refusal] = []
    token = _noted.set(refusals)
    try:
        yield refusals
    finally:
        _noted.reset(token)


def note(error: Refusal) -> None:
    """Tell the request that is being handled, if somebody wants to know."""
    refusals = _noted.get()
    if refusals is not None:
        refusals.append(error)
