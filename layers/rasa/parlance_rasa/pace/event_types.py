"""An event's class by its name, without a walk through all classes for each event of a tracker that is read."""

from typing import Any, Dict, Optional, Tuple

from rasa.shared.core.events import Event

_usual = Event.resolve_by_type
_found: Dict[str, Tuple[int, Any]] = {}


def resolve(type_name: str, default: Optional[Any] = None) -> Optional[Any]:
    """Return Rasa's answer; the one before, as long as there are as many classes of events."""
    count = _count(Event)
    known = _found.get(type_name) if isinstance(type_name, str) else None
    if known and known[0] == count:
        return known[1]
    answer = _usual(type_name, default)
    if answer is not None and answer is not default:
        _found[type_name] = (count, answer)
    return answer


def _count(kind: Any) -> int:
    """Return how many classes are below one."""
    below = kind.__subclasses__()
    return len(below) + sum(map(_count, below))


def install() -> None:
    """Have Rasa ask here."""
    Event.resolve_by_type = staticmethod(resolve)  # type: ignore[method-assign, assignment]
