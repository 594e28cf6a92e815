"""What fits into an answer, and the way to the rest."""

from __future__ import annotations

import json

import pytest

from functions.api.fields import pruned, wanted
from parlance.domain import trackers
from parlance.domain.conversations import Section
from parlance.domain.errors import Invalid
from parlance.domain.sections import LARGEST_ANSWER, cost, fits, part


def facts(count, text="x"):
    return trackers.read(
        json.dumps({"event": "user", "timestamp": 1.0, "text": text, "metadata": {"rasa_x_id": str(number)}})
        for number in range(count)
    )


def ids(found):
    return [fact.id for fact in found.facts]


def walked(told, room, **first):
    """All parts, one after the other, forward with `since`, else backward."""
    section, pages = Section(**first), []
    while True:
        found = part(told, section, room)
        pages.append(ids(found))
        if found.earlier:
            section = Section(limit=section.limit, before=found.earlier)
        elif found.later:
            section = Section(limit=section.limit, after=found.later)
        else:
            return pages


def test_the_latest_events_come_first_and_lead_back_to_the_first():
    assert walked(facts(7), 10**6, limit=3) == [["4", "5", "6"], ["1", "2", "3"], ["0"]]


def test_with_since_the_earliest_come_first_and_lead_on_to_the_last():
    assert walked(facts(7), 10**6, limit=3, since=0.5) == [["0", "1", "2"], ["3", "4", "5"], ["6"]]


@pytest.mark.parametrize("first", [{}, {"since": 0.5}])
def test_events_of_one_instant_are_all_reached_whatever_has_room(first):
    pages = walked(facts(50), 700, **first)

    assert sorted(int(one) for page in pages for one in page) == list(range(50))
    assert len(pages) > 5


def test_an_event_that_no_answer_holds_is_told_by_its_size():
    told = facts(3, "ж" * 1000)

    found = part(told, Section(limit=1), room=2000)

    stub = json.loads(bytes(found.facts[0].raw))
    assert stub["metadata"]["rasa_x_id"] == "2"
    assert stub["omitted_bytes"] > 1000
    assert found.earlier == "2"


def test_an_event_that_is_not_there_is_named():
    with pytest.raises(Invalid, match="before"):
        part(facts(3), Section(before="nothing"))


@pytest.mark.parametrize("text", ['"' * 10, "plain", "жжж", "\n\n"])
def test_what_a_text_costs_is_what_lambda_sends(text):
    assert cost(text) == len(json.dumps({"body": text})) - len('{"body": }')


def test_a_text_fits_or_not():
    assert fits("x" * (LARGEST_ANSWER - 2))
    assert not fits('"' * (LARGEST_ANSWER // 2))


def test_fields_are_chosen_at_any_depth():
    tree = wanted({"fields[a]": "true", "fields[b][c]": "true", "fields[d]": "no", "limit": "5"})

    assert tree == {"a": {}, "b": {"c": {}}}
    assert pruned([{"a": {"x": 1}, "b": [{"c": 1, "e": 2}], "d": 3}], tree) == [{"a": {"x": 1}, "b": [{"c": 1}]}]
