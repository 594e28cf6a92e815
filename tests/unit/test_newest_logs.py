"""Of a busy log group the newest lines are shown: CloudWatch gives the oldest first."""

from __future__ import annotations

import itertools
import time
from types import SimpleNamespace
from typing import Any

import pytest

from parlance.adapters import aws, logs

HOUR = 3600


class CloudWatch:
    """A group with a line every ten seconds of the last hour, told by three a page."""

    def __init__(self) -> None:
        self.events = [
            {"timestamp": int((time.time() - age) * 1000), "message": f"{age} s"} for age in range(0, HOUR, 10)
        ]
        self.events.reverse()

    def filter_log_events(self, *, startTime: int, endTime: int, nextToken: str = "0", **_: Any) -> dict[str, Any]:  # noqa: N803
        asked = [event for event in self.events if startTime <= event["timestamp"] <= endTime]
        begin = int(nextToken)
        more = {"nextToken": str(begin + 3)} if begin + 3 < len(asked) else {}
        return {"events": asked[begin : begin + 3], **more}


@pytest.fixture(autouse=True)
def cloud(monkeypatch: pytest.MonkeyPatch) -> None:
    made = CloudWatch()
    monkeypatch.setattr(aws, "client", lambda _service: made)


def shown(hours: float = 2) -> list[str]:
    (found,) = logs.lines(["/a"], time.time() - hours * HOUR)
    return [line.partition(" ")[2].strip() if line != logs.OLDER else "older" for line in found]


def test_all_of_a_quiet_group_comes_once_and_in_order() -> None:
    assert shown() == [f"{age} s" for age in reversed(range(0, HOUR, 10))]


def test_of_many_lines_the_newest_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(logs, "MOST", 4)

    assert shown() == ["older", "30 s", "20 s", "10 s", "0 s"]


def test_when_the_time_is_over_the_newest_are_there_without_a_hole(monkeypatch: pytest.MonkeyPatch) -> None:
    ticks = itertools.count()
    monkeypatch.setattr(logs, "time", SimpleNamespace(**{**vars(time), "monotonic": lambda: float(next(ticks))}))

    found = shown()

    assert found[0] == "older"
    assert found[1:] == [f"{age} s" for age in reversed(range(0, 10 * len(found[1:]), 10))]
    assert len(found) > 1
