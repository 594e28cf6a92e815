"""When an environment is awake: by the clock, and for a while after somebody spoke."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Annotated
from zoneinfo import ZoneInfo

import msgspec

from parlance.domain.errors import Invalid

Clock = Annotated[str, msgspec.Meta(pattern=r"^([01]\d|2[0-3]):[0-5]\d$")]
Day = Annotated[int, msgspec.Meta(ge=1, le=7)]


class Schedule(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Awake from `wakes` to `sleeps` on `days` (1 is Monday), in the zone `zone`; over midnight when it ends first.

    Outside of that a message wakes it, until nobody has spoken for `linger` minutes.
    """

    wakes: Clock = "07:00"
    sleeps: Clock = "20:00"
    days: tuple[Day, ...] = (1, 2, 3, 4, 5)
    zone: str = "UTC"
    linger: Annotated[int, msgspec.Meta(ge=1, le=24 * 60)] = 30


def check(schedule: Schedule) -> Schedule:
    """Return the schedule; raises Invalid for a time zone that nobody knows."""
    try:
        ZoneInfo(schedule.zone)
    except (KeyError, ValueError, OSError) as error:
        raise Invalid(f"`zone` is no time zone: {schedule.zone[:60]}; `Europe/Berlin` is one.") from error
    return schedule


def is_open(schedule: Schedule, now: datetime) -> bool:
    """Whether the clock says awake. A night shift belongs to the day on which it began."""
    local = now.astimezone(ZoneInfo(schedule.zone))
    minutes, begin, end = local.strftime("%H:%M"), schedule.wakes, schedule.sleeps
    today = local.isoweekday() in schedule.days
    if begin < end:
        return today and begin <= minutes < end
    yesterday = (local - timedelta(days=1)).isoweekday() in schedule.days
    return (today and minutes >= begin) or (yesterday and minutes < end)


def is_lingering(schedule: Schedule, now: datetime, last_heard: float) -> bool:
    """Whether somebody spoke within the last `linger` minutes; `last_heard` in unix seconds."""
    return now.timestamp() - last_heard < schedule.linger * 60
