"""Every call that Rasa X answered has its counterpart, and the table in docs/api.md says of each how it compares."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from infra.api_docs import PAGE, endpoints
from infra.api_notes import NOTES
from tests.contract.rows import conversations, data, git, identity, models

LINES = (Path(__file__).parents[1] / "data/rasa_x_routes.txt").read_text().splitlines()[1:]
SPEC = [tuple(line.split()) for line in LINES]
"""Number, method and path."""
SOCKET = ("29", "WS", "/ws")
PLACES = re.compile(r"{\w+}")
OURS = {f"{spec.method} {PLACES.sub('{}', spec.path)}": f"{spec.method} {spec.path}" for spec in endpoints()}
ELSEWHERE = ("same as sanic-jwt's", "same as later versions", "better: throttled", "better: needs no second token")
"""What Rasa X had beside its own routes: log-in by its library, and a later version's path."""


def test_the_list_is_whole():
    assert len(SPEC) == len({call[1:] for call in SPEC}) == 168


@pytest.mark.parametrize("call", SPEC, ids=" ".join)
def test_a_call_of_rasa_x_has_a_route_and_a_word_on_how_it_compares(call):
    _, method, path = call
    if call == SOCKET:
        assert "`/api/ws` is a WebSocket" in PAGE.read_text()
        return

    ours = OURS[f"{method} /api{path}"]

    note = NOTES.get(ours, "same")
    assert re.match(r"(same|better|different)\b", note), (ours, note)
    assert re.match(r"same\b|better: .{5}|different: .{5}", note), "better and different say how and why"


def test_every_call_of_the_list_is_made_by_a_test():
    tables = (identity.ROWS, conversations.ROWS, data.ROWS, models.ROWS, git.ROWS)
    called = {one.number for table in tables for one in table}

    assert {call[0] for call in SPEC} - called == {SOCKET[0]}, "the WebSocket has tests of its own"


@pytest.mark.parametrize("table", [identity, conversations, data, models, git], ids=lambda table: table.__name__)
def test_a_row_calls_what_its_number_stands_for(table):
    theirs = {number: (method, path) for number, method, path in SPEC}
    for one in table.ROWS:
        method, path = one.call.split(" ", 1)
        wanted_method, wanted = theirs[one.number]
        shape = re.escape(wanted).replace(r"\{\}", "[^/]+")
        assert method == wanted_method, one.call
        assert re.fullmatch(shape, path.partition("?")[0]), one.call


def test_what_rasa_x_did_not_have_is_called_new():
    theirs = {f"{method} /api{path}" for _, method, path in SPEC}
    notes = {ours: NOTES.get(ours, "same") for shape, ours in OURS.items() if shape not in theirs}

    assert {ours: note for ours, note in notes.items() if not note.startswith(("new", *ELSEWHERE))} == {}
