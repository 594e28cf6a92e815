"""How far a training is, read from what Rasa prints: its log of components and its bars of epochs."""

import re
import time
from typing import Any, Callable, Dict, List, Optional

from parlance_rasa.tasks.plan import Plan

_EPOCHS = re.compile(r"Epochs:\s+\d+%\|[^|]*\|\s*(\d+)/(\d+)\s*\[")
_METRIC = re.compile(r"(\w+)=([-+\d.]+(?:e[-+]?\d+)?)(?=[,\]\s])")
_COMPONENT = re.compile(r"(Starting to train|Finished training|Restored) component '(\w+)'")
_VALIDATING = re.compile(r"Started validating|Validating ")
_NOISE = re.compile(
    r"^[A-Z][\w ]+:\s+\d+(%\||it \[)|it/s|(Deprecation|Future|MovedIn20)Warning: |^\s|^Implementing imp"
)
LOSSES = ("t_loss", "loss")
ACCURACIES = ("i_acc", "acc", "r_acc", "e_f1")
START, END = 3.0, 95.0  # percent: before the first component, after the last
POINTS = 40  # of the course of the loss: messages stay small


class Progress:
    """The state of one training; `stages` of its own task come before and after Rasa's components."""

    def __init__(self, plan: Plan, clock: Callable[[], float] = time.monotonic) -> None:
        self._plan = plan
        self._clock = clock
        self._started = clock()
        self._state: Dict[str, Any] = {"stage": "preparing", "percent": 0.0}
        self._course: Dict[str, Any] = {}

    def enter(self, stage: str, percent: float) -> None:
        """Begin a stage outside Rasa's components."""
        self._state = {"stage": stage, "percent": percent}

    def read(self, line: str) -> bool:
        """Take a line that Rasa printed; tell whether it changed anything."""
        component, epochs = _COMPONENT.search(line), _EPOCHS.search(line)
        if component:
            self._on_component(*component.groups())
        elif epochs:
            self._on_epoch(int(epochs.group(1)), int(epochs.group(2)), line)
        elif _VALIDATING.search(line):
            self.enter("validating", 1.0)
        else:
            return False
        return True

    def snapshot(self) -> Dict[str, Any]:
        """Return the message's `progress`: what is known, with the seconds that are left by the pace so far."""
        state = {**self._state, **self._course}
        percent = state["percent"]
        if START < percent < END:
            state["eta_s"] = round((self._clock() - self._started) * (100 - percent) / percent, 1)
        return state

    def _on_component(self, what: str, name: str) -> None:
        if what == "Starting to train":
            self._state = {"stage": "training", "component": name, "percent": self._percent(0.0)}
            return
        self._plan.finish(name)
        self._state = {"stage": "training", "component": name, "percent": self._percent(0.0)}

    def _on_epoch(self, epoch: int, epochs: int, line: str) -> None:
        metrics = {name: float(value) for name, value in _METRIC.findall(line)}
        found = {"epoch": epoch, "epochs": epochs, "loss": _first(metrics, LOSSES)}
        found["accuracy"] = _first(metrics, ACCURACIES)
        self._state.update({name: value for name, value in found.items() if value is not None})
        self._state["percent"] = self._percent(epoch / epochs if epochs else 0.0)
        if found["loss"] is not None:
            self._course = _longer(self._course, self._state.get("component"), [epoch, found["loss"]])

    def _percent(self, part: float) -> float:
        reached: float = START + (END - START) * self._plan.share(self._state.get("component"), part)
        return round(max(float(self._state["percent"]), reached), 1)


def _first(metrics: Dict[str, float], names: Any) -> Optional[float]:
    return next((metrics[name] for name in names if name in metrics), None)


def _longer(course: Dict[str, Any], component: Any, point: List[float]) -> Dict[str, Any]:
    """Return the course of one component's loss with a point more; of a long one every other point is kept."""
    before = [one for one in course.get("losses", []) if course["loss_of"] == component and one[0] < point[0]]
    if len(before) >= POINTS:
        before = before[::2]
    return {"loss_of": component, "losses": [*before, point]}


def is_noise(line: str) -> bool:
    """Tell whether no log needs the line: an empty one, a progress bar, a library's deprecation."""
    return bool(_NOISE.search(line)) or not line.strip()


def plain(line: str) -> str:
    """Return a line without colours."""
    return re.sub(r"\x1b\[[0-9;]*m", "", line).rstrip()
