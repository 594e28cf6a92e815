"""All training data at once: out in one text, in from one text, and its warnings."""

from __future__ import annotations

import pytest

from parlance.services import project

BASE = "/projects/default"
NLU = """\
version: "3.1"
nlu:
# first
- intent: greet
  examples: |
    - hello
    - hi [Ada]{"entity": "name", "value": "Ada Lovelace"}
- regex: zip
  examples: |
    - \\d{5}
"""
MIXED = """\
nlu:
  - intent: ask
    examples: |
      - how
  - synonym: x
    examples: |
      - y

stories: [] # none
"""


@pytest.fixture
def imported(installation):
    project.import_files({"data/nlu.yml": NLU, "data/mixed.yml": MIXED}, "ada")


def files_of(admin):
    return admin.get(f"{BASE}/files").json["files"]


def put(client, text, media="application/yaml"):
    return client.send("PUT", f"{BASE}/training_examples", body=text, headers={"Content-Type": media})


def test_all_files_come_out_as_one_and_go_in_again(admin, imported):
    reply = admin.get(f"{BASE}/training_data")

    assert reply.headers["Content-Disposition"] == 'attachment; filename="nlu.train.yml"'
    assert reply.text == admin.get(f"{BASE}/data.md").text
    before = admin.get(f"{BASE}/training_data", headers={"Accept": "application/json"}).json
    assert put(admin, reply.text).json == {"training_examples": 3}
    assert files_of(admin)["data/mixed.yml"] == "nlu: []\n\nstories: [] # none\n"
    after = admin.get(f"{BASE}/data.json").json["rasa_nlu_data"]
    assert sorted(map(str, after["common_examples"])) == sorted(map(str, before["rasa_nlu_data"]["common_examples"]))
    assert after["regex_features"] == [{"name": "zip", "pattern": "\\d{5}"}]
    assert after["entity_synonyms"] == [{"value": "x", "synonyms": ["y"]}]


def test_a_text_is_kept_as_it_is_sent_comments_and_all(admin, imported):
    put(admin, NLU + "# end\n")

    assert files_of(admin)["data/nlu.yml"] == NLU + "# end\n"
    assert admin.get(f"{BASE}/training_data").text == NLU + "# end\n"


def test_json_is_taken_too(admin, imported):
    known = admin.get(f"{BASE}/data.json")

    assert put(admin, known.text, "application/json").json == {"training_examples": 3}
    marked = admin.get(f"{BASE}/data.json").json["rasa_nlu_data"]["common_examples"][2]
    assert marked["entities"] == [{"start": 3, "end": 6, "entity": "name", "value": "Ada Lovelace"}]
    assert put(admin, '{"nlu": 1}', "application/json").status == 400


@pytest.mark.parametrize("text", ["", "nlu", "stories: []", "nlu: [", "- nlu"])
def test_what_is_no_training_data_is_refused(admin, imported, text):
    assert put(admin, text).status == 400
    assert files_of(admin)["data/nlu.yml"] == NLU


def test_entities_and_warnings(admin, imported):
    odd = NLU + "- intent: bye\n  examples: |\n    - hello\n    - x [y]{oops}\n- intent: one\n  examples: |\n    - a\n"
    put(admin, odd)

    assert admin.get(f"{BASE}/entities").json == ["name"]
    found = admin.get(f"{BASE}/training_data_warnings").json
    assert [(one["type"], one["line"]) for one in found] == [
        ("conflicting_intents", 13),
        ("few_examples", 17),
        ("entity_mark", 14),
    ]
    assert admin.get(f"{BASE}/dataWarnings").json == found
