"""What a training has to do, by the assistant's configuration: components, weighted by their epochs."""

from typing import Any, List, Optional, Tuple

DEFAULT_EPOCHS = {"DIETClassifier": 300, "ResponseSelector": 300, "TEDPolicy": 1, "UnexpecTEDIntentPolicy": 1}
AUTOMATIC = [("DIETClassifier", 100.0), ("ResponseSelector", 100.0), ("TEDPolicy", 100.0)]
LIGHT = 1.0  # a component without epochs, in epochs


class Plan:
    """The components that are still to be trained."""

    def __init__(self, components: List[Tuple[str, float]]) -> None:
        self._left = list(components)
        self._total = sum(weight for _, weight in components) or 1.0

    @classmethod
    def from_config(cls, config: Any, only: Optional[str] = None) -> "Plan":
        """Read the plan from the content of a config.yml; Rasa's automatic one when it names no components."""
        sections = {"nlu": ["pipeline"], "core": ["policies"]}.get(only or "", ["pipeline", "policies"])
        entries = [entry for section in sections for entry in (config or {}).get(section) or []]
        found = [_weighed(entry) for entry in entries if isinstance(entry, (dict, str))]
        return cls(found or AUTOMATIC)

    def finish(self, name: str) -> None:
        """Mark the component done; Rasa trains them in an order of its own, and some not at all."""
        names = [left for left, _ in self._left]
        if name in names:
            del self._left[names.index(name)]

    def share(self, name: Optional[str], part: float) -> float:
        """Return the done share of the whole, 0 to 1, when `part` of the component is done."""
        left = sum(weight for _, weight in self._left)
        weight = next((weight for left_name, weight in self._left if left_name == name), 0.0)
        return min(1.0, max(0.0, (self._total - left + weight * part) / self._total))


def _weighed(entry: Any) -> Tuple[str, float]:
    name = str(entry.get("name") if isinstance(entry, dict) else entry).split(".")[-1]
    epochs = entry.get("epochs") if isinstance(entry, dict) else None
    return name, float(epochs or DEFAULT_EPOCHS.get(name) or LIGHT)
