"""Regexes, lookup tables and synonyms: lines of the project's files."""

from __future__ import annotations

import base64

import pytest

from parlance.services import project

BASE = "/projects/default"
FILES = f"{BASE}/files"
NLU = """\
nlu:
- intent: ask # with a value
  examples: |
    - to [NYC]{"entity": "city", "value": "New York"}
- synonym: New York # the city
  examples: |
    - NYC
    - big apple
- regex: zip
  examples: |
    - \\d{5}
"""


@pytest.fixture
def imported(installation):
    project.import_files({"data/nlu.yml": NLU}, "ada")


def text_of(admin):
    return admin.get(FILES).json["files"]["data/nlu.yml"]


def test_a_regex_is_listed_added_changed_and_removed(admin, imported):
    (zip_code,) = admin.get(f"{BASE}/regexes").json
    assert (zip_code["name"], zip_code["pattern"]) == ("zip", "\\d{5}")

    more = admin.post(f"{BASE}/regexes", {"name": "zip", "pattern": "[A-Z]{2}"})
    assert (more.status, text_of(admin)) == (201, NLU + "    - [A-Z]{2}\n")
    assert admin.post(f"{BASE}/regexes", {"name": "zip", "pattern": "[A-Z]{2}"}).status == 409
    assert admin.delete(f"{BASE}/regexes/{more.json['id']}").status == 204
    assert text_of(admin) == NLU

    moved = admin.put(f"{BASE}/regexes/{zip_code['id']}", {"name": "plz", "pattern": "\\d+"}).json
    assert text_of(admin) == NLU.replace("regex: zip", "regex: plz").replace("\\d{5}", "\\d+")
    assert admin.get(f"{BASE}/regexes/{moved['id']}").json == moved
    assert admin.get(f"{BASE}/regexes/{zip_code['id']}").status == 404
    assert admin.post(f"{BASE}/regexes", {"name": "x", "pattern": "("}).status == 400


def test_a_lookup_table_comes_from_a_file_and_goes_back_as_text(admin, imported):
    content = base64.b64encode("Oslo\nRome \n\nÅlesund\n".encode()).decode()

    made = admin.post(f"{BASE}/lookupTables", {"filename": "cities.txt", "content": content})

    assert (made.status, made.json["name"], made.json["number_of_elements"]) == (201, "cities", 3)
    assert text_of(admin) == NLU + "- lookup: cities\n  examples: |\n    - Oslo\n    - Rome\n    - Ålesund\n"
    assert admin.get(f"{BASE}/lookupTables").json == [made.json]
    assert admin.get(f"{BASE}/lookupTables/{made.json['id']}").text == "Oslo\nRome\nÅlesund\n"
    assert admin.post(f"{BASE}/lookupTables", {"filename": "cities.csv", "content": content}).status == 409
    assert admin.post(f"{BASE}/lookupTables", {"filename": "x.txt", "content": "%"}).status == 400
    assert admin.delete(f"{BASE}/lookupTables/{made.json['id']}").status == 204
    assert text_of(admin) == NLU


def test_a_synonym_is_described_with_its_uses(admin, imported):
    (city,) = admin.get(f"{BASE}/synonyms").json

    assert city["synonym_reference"] == "New York"
    assert [(one["value"], one["nlu_examples_count"]) for one in city["mapped_values"]] == [
        ("NYC", 1),
        ("big apple", 0),
    ]
    assert admin.get(f"{BASE}/synonyms?mapped_value=big apple").json == [city]
    assert admin.get(f"{BASE}/synonyms?mapped_value=x").json == []
    assert admin.get(f"{BASE}/synonyms/{city['id']}").json == city
    assert admin.get(f"{BASE}/training_examples").json[0]["entities"][0]["entity_synonym_id"] == city["id"]


def test_a_synonym_and_its_values_are_changed_in_place(admin, imported):
    city = f"{BASE}/synonyms/{admin.get(f'{BASE}/synonyms').json[0]['id']}"

    values = admin.post(city, {"mapped_values": [{"value": "NY"}]}).json["mapped_values"]
    assert text_of(admin) == NLU.replace("big apple\n", "big apple\n    - NY\n")
    assert admin.put(f"{city}/{values[2]['id']}", {"value": "ny"}).status == 200
    assert admin.put(f"{city}/{values[1]['id']}", {"value": "ny"}).status == 409
    assert admin.delete(f"{city}/{values[0]['id']}").status == 204
    renamed = admin.put(city, {"synonym_reference": "NEW YORK"}).json
    assert text_of(admin) == NLU.replace("New York #", "NEW YORK #").replace("    - NYC\n", "").replace(
        "big apple\n", "big apple\n    - ny\n"
    )
    assert admin.delete(f"{BASE}/synonyms/{renamed['id']}").status == 204
    assert "synonym" not in text_of(admin)


def test_a_new_synonym_must_be_new(admin, imported):
    new = {"synonym_reference": "Rome", "mapped_values": [{"value": "Roma"}]}

    assert admin.post(f"{BASE}/synonyms", new).status == 201
    assert admin.post(f"{BASE}/synonyms", new).status == 409
    assert admin.post(f"{BASE}/synonyms", {**new, "mapped_values": []}).status == 400
    assert text_of(admin) == NLU + "- synonym: Rome\n  examples: |\n    - Roma\n"


@pytest.mark.parametrize("path", ["regexes/1", "lookupTables/1", "synonyms/1", "synonyms/1/2"])
def test_what_is_not_there_is_not_found(admin, imported, path):
    assert admin.delete(f"{BASE}/{path}").status == 404
