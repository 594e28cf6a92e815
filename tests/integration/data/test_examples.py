"""Training examples through the API: they live in the project's YAML files, and only what is meant changes there."""

from __future__ import annotations

import time

import pytest

from parlance.services import project
from tests.support import events as rasa
from tests.support.events import NOON

EXAMPLES = "/projects/default/training_examples"
FILES = "/projects/default/files"
LOGS = "/projects/default/logs"
NLU = """\
version: "3.1"
nlu:
- intent: greet # hello
  examples: |
    - hello
    - hi [Ada](name)
- intent: bye
  examples: |
    - see you
"""
FAQ = 'nlu:\n- intent: faq\n  examples: |\n    - how? \n    - why [NYC]{"entity": "city", "value": "New York"}?\n'


@pytest.fixture
def imported(installation):
    project.import_files({"domain.yml": "intents: []", "data/nlu.yml": NLU, "data/faq.yml": FAQ}, "ada")


def text_of(admin, path="data/nlu.yml"):
    return admin.get(FILES).json["files"][path]


def names(reply):
    assert reply.status == 200, reply.text
    return [example["text"] for example in reply.json]


def test_an_example_is_described_with_entities_author_and_place(admin, imported):
    first, second = admin.get(f"{EXAMPLES}?q=H").json[0], admin.get(f"{EXAMPLES}?entities=city").json[0]

    assert (first["text"], first["intent"], first["path"], first["line"]) == ("how?", "faq", "data/faq.yml", 4)
    assert first["annotation"]["user"] == "ada"
    city = second["entities"][0]
    assert (city["start"], city["end"], city["entity"], city["value"]) == (4, 7, "city", "New York")
    assert isinstance(city["entity_synonym_id"], int)
    assert admin.get(f"{EXAMPLES}/{first['hash']}").json == admin.get(f"{EXAMPLES}/{first['id']}").json == first


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", ["how?", "why NYC?", "hello", "hi Ada", "see you"]),
        ("intent=greet,bye&sorted=true", ["see you", "hello", "hi Ada"]),
        ("limit=2&offset=1", ["why NYC?", "hello"]),
        ("q=ADA", ["hi Ada"]),
    ],
)
def test_the_list_is_searched_filtered_and_cut(admin, imported, query, expected):
    reply = admin.get(f"{EXAMPLES}?{query}")

    assert names(reply) == names(admin.get(f"/projects/default/data?{query}")) == expected
    assert reply.total == (5 if "limit" in query else len(expected))


def test_a_new_example_goes_to_the_end_of_its_intent_in_the_main_file(admin, annotator, imported):
    mark = {"start": 3, "end": 7, "entity": "city"}

    made = annotator.post(EXAMPLES, {"text": "yo Oslo", "intent": "greet", "entities": [mark]})

    assert (made.status, made.json["entities"][0]["value"]) == (201, "Oslo")
    assert text_of(admin) == NLU.replace("(name)\n", "(name)\n    - yo [Oslo](city)\n")
    assert admin.get(f"{EXAMPLES}/{made.json['hash']}").json["annotation"]["user"] == "anna"


def test_a_new_intent_gets_an_item_of_its_own_and_a_missing_file_is_made(admin, installation):
    admin.post(EXAMPLES, {"text": "two\nlines", "intent": "a"})
    admin.post(EXAMPLES, {"text": "yes", "intent": "no"})

    assert text_of(admin) == (
        'version: "3.1"\n\nnlu:\n- intent: a\n  examples:\n  - text: "two\\nlines"\n'
        '- intent: "no"\n  examples: |\n    - yes\n'
    )
    assert names(admin.get(EXAMPLES)) == ["two\nlines", "yes"]


def test_the_same_text_is_replaced_where_it_stands(admin, imported):
    assert admin.post(EXAMPLES, {"text": "how?", "intent": "ask"}).status == 201

    assert "how?" not in text_of(admin).replace("x", "")
    assert (
        text_of(admin, "data/faq.yml")
        == FAQ.replace("    - how? \n", "") + "- intent: ask\n  examples: |\n    - how?\n"
    )


def test_an_example_is_changed_and_removed_in_place(admin, imported):
    hello = admin.get(f"{EXAMPLES}?q=hello").json[0]

    changed = admin.put(f"{EXAMPLES}/{hello['id']}", {"text": "hello you", "intent": "greet"})
    assert text_of(admin) == NLU.replace("- hello\n", "- hello you\n")
    assert admin.put(f"{EXAMPLES}/{changed.json['id']}", {"text": "see you", "intent": "bye"}).status == 409
    assert admin.put(f"{EXAMPLES}/{hello['id']}", {"text": "x", "intent": "bye"}).status == 404

    assert admin.delete(f"{EXAMPLES}/{changed.json['id']}").status == 204
    assert text_of(admin) == NLU.replace("    - hello\n", "")
    see = admin.get(f"{EXAMPLES}?q=see").json[0]
    assert admin.delete(f"{EXAMPLES}/{see['hash']}").status == 204
    assert "bye" not in text_of(admin)


def test_what_is_annotated_leaves_the_inbox_and_comes_back_with_its_example_gone(admin, imported):
    rasa.store(rasa.greeting("a", NOON, text="hello"), rasa.greeting("b", NOON, text="is it open"))
    assert [log["user_input"]["text"] for log in admin.get(LOGS).json] == ["is it open"]

    made = admin.post(EXAMPLES, {"text": "is it open", "intent": "ask"}).json
    assert admin.get(LOGS).json == []

    admin.delete(f"{EXAMPLES}/{made['id']}")
    assert [log["user_input"]["text"] for log in admin.get(LOGS).json] == ["is it open"]
    project.import_files({"data/nlu.yml": NLU.replace("- hello\n", "- other\n")}, "ada")
    assert len(admin.get(LOGS).json) == 2


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"text": "", "intent": "a"}, 400),
        ({"text": " ", "intent": "a"}, 400),
        ({"text": "a", "intent": ""}, 400),
        ({"text": "a", "intent": "a\nb"}, 400),
        ({"text": "a", "intent": "a", "entities": [{"start": 0, "end": 2, "entity": "x"}]}, 400),
        ({"text": "abc", "intent": "a", "entities": [{"start": 2, "end": 1, "entity": "x"}]}, 400),
        ({"text": "a [b](c)", "intent": "a"}, 400),
        ({"text": "${DB_PASSWORD}", "intent": "a"}, 400),
    ],
)
def test_what_cannot_be_kept_is_refused_and_nothing_changes(admin, imported, body, status):
    assert admin.post(EXAMPLES, body).status == status
    assert text_of(admin) == NLU


def test_a_broken_file_is_not_touched(admin, installation):
    project.import_files({"data/nlu.yml": "nlu: ["}, "ada")

    refused = admin.post(EXAMPLES, {"text": "a", "intent": "b"})

    assert (refused.status, refused.json["reason"]) == (409, "UneditableFile")
    assert admin.get(EXAMPLES).json == []
    assert text_of(admin) == "nlu: ["


def test_thousands_of_examples_are_listed_in_no_time(admin, installation):
    many = "".join(
        f"- intent: i{number}\n  examples: |\n"
        + "".join(f"    - {word} of [it {number}](thing)\n" for word in range(100))
        for number in range(50)
    )
    project.import_files({"data/nlu.yml": f"nlu:\n{many}"}, "ada")
    started = time.perf_counter()

    reply = admin.get(f"{EXAMPLES}?q=77 of&limit=10")

    assert (reply.total, time.perf_counter() - started < 10) == (50, True)  # 0.05 s where nothing else runs


def test_testers_see_no_training_data(tester, installation):
    assert tester.get(EXAMPLES).status == 403
