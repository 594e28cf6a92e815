"""Many training examples in one request: one edit of the files, whole or not at all."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pytest

from parlance.domain.errors import Forbidden
from parlance.domain.identity import Principal
from parlance.domain.training.examples import Edits
from parlance.services import example_edits, project
from tests.support import events as rasa

if TYPE_CHECKING:
    from tests.support.api import Client

BULK = "/projects/default/training_examples/bulk"
EXAMPLES = "/projects/default/training_examples"
NLU = 'version: "3.1"\nnlu:\n- intent: greet # hello\n  examples: |\n    - hello\n    - hi there\n'


@pytest.fixture
def imported(installation):
    project.import_files({"domain.yml": "intents: []", "data/nlu.yml": NLU}, "ada")


def written(admin: Client) -> str:
    return admin.get("/projects/default/files").json["files"]["data/nlu.yml"]


def all_of(admin: Client) -> dict[str, str]:
    return {one["text"]: one["intent"] for one in admin.get(EXAMPLES).json}


def new(text: str, intent: str) -> dict[str, object]:
    return {"text": text, "intent": intent, "entities": []}


def test_many_are_added_and_taken_back_and_the_file_is_as_before(admin: Client, imported):
    told = [new("good morning", "greet"), new("see you", "bye"), new("so long", "bye"), new("hi there", "bye")]

    added = admin.post(BULK, {"add": told})

    assert (added.status, len(added.json["added"])) == (200, 4)
    assert all_of(admin) == {
        "hello": "greet",
        "good morning": "greet",
        "hi there": "bye",
        "see you": "bye",
        "so long": "bye",
    }
    names = added.json["added"][:3]
    assert admin.post(BULK, {"remove": [*names, "0" * 32]}).json == {"added": [], "removed": names}
    admin.post(BULK, {"add": [new("hi there", "greet")]})
    assert written(admin) == NLU


def test_nothing_is_changed_when_one_of_them_cannot_be(admin: Client, imported):
    wrong = {
        "text": "to Oslo",
        "intent": "go",
        "entities": [{"start": 3, "end": 99, "entity": "city", "value": "Oslo"}],
    }

    for body in ({"add": [new("see you", "bye"), wrong]}, {}, {"add": [new("see", "bye"), new("see", "greet")]}):
        assert admin.post(BULK, body).status == 400

    assert written(admin) == NLU


def test_accepted_texts_leave_the_inbox_and_come_back_with_their_removal(admin: Client, imported):
    for place, text in enumerate(("a table for two", "a table for three")):
        rasa.store(rasa.greeting(f"web-{place}", time.time(), text=text))
    waiting = {one["user_input"]["text"] for one in admin.get("/projects/default/logs").json}

    added = admin.post(BULK, {"add": [new(text, "book") for text in waiting]}).json["added"]

    assert len(waiting) == 2
    assert admin.get("/projects/default/logs").json == []
    admin.post(BULK, {"remove": added})
    assert {one["user_input"]["text"] for one in admin.get("/projects/default/logs").json} == waiting


def test_taking_away_needs_its_own_permission(imported):
    adder = Principal(username="ada", scopes=frozenset({"examples:create"}))

    with pytest.raises(Forbidden):
        example_edits.edit(adder, Edits(remove=("0" * 32,)))
