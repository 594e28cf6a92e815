"""Trackers copied and replayed with less effort: policies do both some twenty times a turn."""

import copy
import copyreg
from functools import lru_cache
from types import SimpleNamespace
from typing import Any, Dict, List

from rasa.shared.core import events, trackers
from rasa.shared.core.slots import Slot
from rasa.shared.core.trackers import DialogueStateTracker

PLAIN, ACTION, LOOP, RESTART, ACTION_BACK, USER_BACK = range(6)
_ORDER = (
    ((events.Restarted, events.SessionStarted), RESTART),
    (events.ActionReverted, ACTION_BACK),
    (events.UserUtteranceReverted, USER_BACK),
    (events.ActionExecuted, ACTION),
    (events.ActiveLoop, LOOP),
)


class _Kinds(Dict[Any, int]):
    """What an event's class means for the others; asked once a class, as such questions are slow (`abc`)."""

    def __missing__(self, kind: Any) -> int:
        self[kind] = next((name for classes, name in _ORDER if issubclass(kind, classes)), PLAIN)
        return self[kind]


_KINDS = _Kinds()


def applied_events(tracker: Any) -> List[Any]:
    """Return the events of a tracker without those that others took back, as Rasa does."""
    all_events = list(tracker.events)
    kinds = [_KINDS[type(event)] for event in all_events]
    loops = {event.name for event, kind in zip(all_events, kinds) if kind == LOOP and event.name}  # noqa: B905 - `strict` is Python 3.10's
    if loops or ACTION_BACK in kinds or USER_BACK in kinds:
        return _replayed(tracker, zip(all_events, kinds), loops)  # noqa: B905 - `strict` is Python 3.10's
    start = len(kinds) - kinds[::-1].index(RESTART) if RESTART in kinds else 0
    return all_events[start:]


def _replayed(tracker: Any, told: Any, loops: Any) -> List[Any]:
    applied: List[Any] = []
    for event, kind in told:
        if kind == RESTART:
            applied = []
        elif kind == ACTION_BACK:
            tracker._undo_till_previous(events.ActionExecuted, applied)  # noqa: SLF001
        elif kind == USER_BACK:
            tracker._undo_till_previous(events.UserUttered, applied)  # noqa: SLF001
            tracker._undo_till_previous(events.ActionExecuted, applied)  # noqa: SLF001
        elif kind == ACTION and event.action_name in loops and not _is_new(tracker, event, applied):
            tracker._undo_till_previous_loop_execution(event.action_name, applied)  # noqa: SLF001
        else:
            applied.append(event)
    return applied


def _is_new(tracker: Any, event: Any, applied: List[Any]) -> bool:
    return bool(tracker._first_loop_execution_or_unhappy_path(event.action_name, applied))  # noqa: SLF001


def copied(value: Any) -> Any:
    """Return `copy.copy(value)`; a slot without ways of its own is a new object with the same attributes."""
    kind = type(value)
    if not _is_plain_slot(kind):
        return copy.copy(value)
    made = object.__new__(kind)
    vars(made).update(vars(value))
    return made


@lru_cache(maxsize=256)
def _is_plain_slot(kind: Any) -> bool:
    own = ("__copy__", "__getstate__", "__setstate__", "__getnewargs__", "__getnewargs_ex__")
    usual = all(getattr(kind, name) is getattr(object, name) for name in ("__new__", "__reduce__", "__reduce_ex__"))
    has_own = any(hasattr(kind, name) for name in own) or kind in copyreg.dispatch_table
    has_places = any(vars(one).get("__slots__") for one in kind.__mro__)
    return issubclass(kind, Slot) and usual and not has_own and not has_places


def install() -> None:
    """Have Rasa's trackers do so; classes below them with their own ways keep them."""
    DialogueStateTracker.applied_events = applied_events  # type: ignore[method-assign]
    trackers.copy = SimpleNamespace(copy=copied, deepcopy=copy.deepcopy)  # type: ignore[assignment, attr-defined]
