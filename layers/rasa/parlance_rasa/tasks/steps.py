"""How far a work in several steps is: a child process marks its steps, Rasa draws a bar within each."""

import re
from typing import Any, Dict

MARK = "parlance step "
_STEP = re.compile(re.escape(MARK) + r"(\w+) ([\d.]+) ([\d.]+)$")
_BAR = re.compile(r"(\d+)/(\d+) \[\d\d")


def mark(name: str, start: float, end: float) -> None:
    """Say on standard output that a step begins, and from which percent to which it takes."""
    print("%s%s %.1f %.1f" % (MARK, name, start, end), flush=True)  # noqa: T201 - it is the way to the parent


def as_quiet_as_rasa() -> None:
    """Log what Rasa's command line logs: without it structlog prints each message and each prediction."""
    from rasa.utils.common import configure_logging_and_warnings
    from rasa.utils.log_utils import configure_structlog

    configure_logging_and_warnings(warn_only_once=False, filter_repeated_logs=False)
    configure_structlog()


class Steps:
    """Reads what a child process prints."""

    def __init__(self) -> None:
        self._state: Dict[str, Any] = {"stage": "preparing", "percent": 0.0}
        self._span = (0.0, 0.0)

    def enter(self, stage: str, percent: float) -> None:
        """Begin a step."""
        self._state = {"stage": stage, "percent": percent}
        self._span = (percent, percent)

    def read(self, line: str) -> bool:
        """Take a line; tell whether it changed anything."""
        step, bar = _STEP.search(line), _BAR.search(line)
        if step:
            self.enter(step.group(1), float(step.group(2)))
            self._span = (float(step.group(2)), float(step.group(3)))
        elif bar and int(bar.group(2)):
            start, end = self._span
            reached = start + (end - start) * int(bar.group(1)) / int(bar.group(2))
            self._state["percent"] = round(max(self._state["percent"], reached), 1)
        return bool(step or bar)

    def snapshot(self) -> Dict[str, Any]:
        """Return the message's `progress`."""
        return dict(self._state)
