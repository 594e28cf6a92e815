"""A part of a conversation that fits into one answer, and where the next part begins.

An answer of a Lambda function may have 6 MB, and it travels as a JSON text inside JSON: quotes and what is not ASCII
grow on the way.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, NamedTuple

import msgspec

from parlance.domain.errors import Invalid

if TYPE_CHECKING:
    from parlance.domain.conversations import Section
    from parlance.domain.trackers import Fact

LARGEST_ANSWER = 5_500_000
"""Bytes of a text inside Lambda's JSON: 6 MB (6,291,556 bytes), less headers and room."""
SURELY_FITS = LARGEST_ANSWER // 6
"""Bytes of a text that fits whatever is in it: a byte becomes six at most."""


class Part(NamedTuple):
    """Some of the events, and by which event the neighbouring parts are asked for; None: there is none."""

    facts: list[Fact]
    earlier: str | None
    later: str | None


def cost(text: str) -> int:
    """Return how many bytes a text takes inside Lambda's JSON."""
    return len(json.dumps(text))


def fits(text: str) -> bool:
    """Tell whether a text is small enough for an answer."""
    return len(text.encode()) <= SURELY_FITS or cost(text) <= LARGEST_ANSWER


def part(facts: list[Fact], section: Section, room: int = LARGEST_ANSWER) -> Part:
    """Return so many events as are wanted and have room, from the end the section says; at least one."""
    first, last = _bounds(facts, section)
    if section.is_forward:
        last, wanted = first + _count(facts[first:last], section.limit, room), last
        kept, earlier, later = facts[first:last], None, last < wanted
    else:
        first, wanted = last - _count(facts[first:last][::-1], section.limit, room), first
        kept, earlier, later = facts[first:last], first > wanted, False
    shown = [_bearable(fact, room) for fact in kept]
    return Part(shown, kept[0].id if earlier else None, kept[-1].id if later else None)


def _bounds(facts: list[Fact], section: Section) -> tuple[int, int]:
    places = {fact.id: place for place, fact in enumerate(facts)} if section.before or section.after else {}
    try:
        first = places[section.after] + 1 if section.after else 0
        last = places[section.before] if section.before else len(facts)
    except KeyError as error:
        raise Invalid("before, after: take them from `earlier` and `later` of the answer before.") from error
    return first, max(first, last)


def _count(facts: list[Fact], limit: int | None, room: int) -> int:
    """Return how many of these, from the first on, are wanted and have room."""
    taken = 0
    for n, fact in enumerate(facts[:limit]):
        taken += cost(bytes(fact.raw).decode())
        if taken > room:
            return max(1, n)
    return len(facts[:limit])


def _bearable(fact: Fact, room: int) -> Fact:
    """Return the event, or what stands for one that no answer could hold."""
    size = len(bytes(fact.raw))
    if size <= room // 6 or cost(bytes(fact.raw).decode()) <= room:
        return fact
    stub = {"event": fact.event, "timestamp": fact.timestamp, "metadata": {"rasa_x_id": fact.id}}
    return msgspec.structs.replace(fact, raw=msgspec.Raw(msgspec.json.encode(stub | {"omitted_bytes": size})))
