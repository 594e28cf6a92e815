"""Two people edit one thing: the second is told, and nothing is overwritten in silence."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from parlance.domain.training.examples import NewExample
from parlance.services import examples, project

PROJECT = "/projects/default/files"
SETTINGS = "/projects/default/settings"
CONFIG = "language: en\npipeline: []\npolicies: []\n"
TEXT = {"Content-Type": "application/yaml"}


@pytest.fixture
def imported(installation):
    project.import_files({"config.yml": CONFIG, "domain.yml": "intents: []\n", "data/nlu.yml": "nlu: []\n"}, "ada")


@pytest.mark.parametrize(("path", "text"), [("/domain", "intents: [a]\n"), (SETTINGS, CONFIG + "# more\n")])
def test_the_second_writer_of_a_text_is_told(admin, imported, path, text):
    tag = admin.get(path).headers["ETag"]

    first = admin.send("PUT", path, body=text, headers={**TEXT, "If-Match": tag})
    second = admin.send("PUT", path, body=text + "# mine\n", headers={**TEXT, "If-Match": tag})

    assert (first.status, second.status, second.json["reason"]) == (200, 412, "PreconditionFailed")
    assert admin.get(path).text == text
    assert admin.get(path).headers["ETag"] == first.headers["ETag"] != tag
    assert admin.send("PUT", path, body=text, headers={**TEXT, "If-Match": "*"}).status == 200


def test_the_second_import_of_a_project_is_told(admin, imported):
    read = admin.get(PROJECT)
    admin.post("/projects/default/training_examples", {"text": "a", "intent": "b"})

    refused = admin.put(PROJECT, {"files": read.json["files"]}, headers={"If-Match": read.headers["ETag"]})

    assert refused.status == 412
    tag = admin.get(PROJECT).headers["ETag"]
    assert (
        admin.put(PROJECT, {"files": read.json["files"]}, headers={"If-Match": tag}).headers["ETag"]
        == read.headers["ETag"]
    )


def test_a_text_that_is_not_there_matches_nothing(admin, installation):
    assert admin.send("PUT", "/domain", body="intents: []", headers={**TEXT, "If-Match": "*"}).status == 412


def test_edits_at_the_same_time_are_all_kept(admin, imported):
    def add(number):
        examples.add_example(NewExample(text=f"text {number}", intent=f"i{number % 3}"), "ada")

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(add, range(20)))

    listed = admin.get("/projects/default/training_examples").json
    assert sorted(one["text"] for one in listed) == sorted(f"text {number}" for number in range(20))


EXAMPLE = {"text": "hello", "intent": "greet", "entities": []}
REGEX = {"name": "zip", "pattern": "[0-9]{5}"}
SYNONYM = {"synonym_reference": "Munich", "mapped_values": [{"value": "muc"}]}
LOOKUP = {"filename": "cities.txt", "content": "T3Nsbwo="}
ROLE = {"role": "editor", "grants": {"default": {"stories": {"modify": True}}}, "description": ""}
FILTER = {"name": "Doubtful", "query": {"maximumConfidence": "0.5"}}
OBJECTS = {
    "example": ("/projects/default/training_examples", EXAMPLE, EXAMPLE | {"intent": "bye"}, EXAMPLE | {"intent": "x"}),
    "regex": ("/projects/default/regexes", REGEX, REGEX | {"pattern": "[0-9]{4}"}, REGEX | {"pattern": "[0-9]{3}"}),
    "synonym": ("/projects/default/synonyms", SYNONYM, {"synonym_reference": "München"}, {"synonym_reference": "MUC"}),
    "role": ("/roles", ROLE, ROLE | {"description": "first"}, ROLE | {"description": "second"}),
    "filter": ("/conversationFilters", FILTER, FILTER | {"shared": True}, FILTER | {"name": "Mine"}),
}


def address(path, made):
    return f"{path}/{made.get('id') or made['role']}"


@pytest.mark.parametrize("name", OBJECTS)
def test_the_second_writer_of_an_object_is_told(admin, imported, name):
    path, new, first, second = OBJECTS[name]
    made = admin.post(path, new).json
    (listed,) = [one for one in admin.get(path).json if one["etag"] == made["etag"]]

    won = admin.put(address(path, made), first, headers={"If-Match": listed["etag"]})
    lost = admin.put(address(path, made), second, headers={"If-Match": listed["etag"]})

    assert (won.status, lost.status, lost.json["reason"]) == (200, 412, "PreconditionFailed")
    assert won.headers["ETag"] == won.json["etag"] != listed["etag"]
    assert admin.put(address(path, won.json), second, headers={"If-Match": won.headers["ETag"]}).status == 200


@pytest.mark.parametrize("name", OBJECTS)
def test_an_object_that_comes_back_changed_carries_its_own_tag(admin, imported, name):
    path, new, first, second = OBJECTS[name]
    made = admin.post(path, new).json

    assert admin.put(address(path, made), {**made, **first}).status == 200
    assert admin.put(address(path, made), {**made, **second}).status == 412


@pytest.mark.parametrize("name", OBJECTS)
def test_what_somebody_else_has_changed_is_not_removed(admin, imported, name):
    path, new, first, _ = OBJECTS[name]
    made = admin.post(path, new).json
    changed = admin.put(address(path, made), first).json

    assert admin.delete(address(path, made), headers={"If-Match": made["etag"]}).status == 412
    assert admin.delete(address(path, changed), headers={"If-Match": changed["etag"]}).status == 204


@pytest.mark.parametrize("name", OBJECTS)
def test_of_writers_at_the_same_time_one_wins(admin, imported, name):
    path, new, first, _ = OBJECTS[name]
    made = admin.post(path, new).json

    def write(_):
        return admin.put(address(path, made), first, headers={"If-Match": made["etag"]}).status

    with ThreadPoolExecutor(4) as pool:
        answers = sorted(pool.map(write, range(6)))

    assert answers == [200, *[412] * 5]


@pytest.mark.parametrize("path", ["/projects/default/training_examples", "/stories", "/rules", "/responses"])
def test_a_whole_kind_is_replaced_only_as_it_was_read(admin, imported, path):
    tag = admin.get(PROJECT).headers["ETag"]
    admin.post("/projects/default/training_examples", EXAMPLE)

    refused = admin.send("PUT", path, body="[]", headers={"If-Match": tag})

    assert (refused.status, refused.json["reason"]) == (412, "PreconditionFailed")


def test_roles_of_a_user_and_holders_of_a_role(admin, tester):
    held, holders = admin.get("/users/tess/roles").headers["ETag"], admin.get("/roles/tester/users").headers["ETag"]

    assert admin.put("/users/tess/roles", ["annotator"], headers={"If-Match": held}).status == 200
    assert admin.put("/users/tess/roles", ["tester"], headers={"If-Match": held}).status == 412
    assert admin.put("/roles/tester/users", ["tess"], headers={"If-Match": holders}).status == 412


def test_rules_of_trainings_and_the_link_for_guests(admin):
    automation = "/projects/default/automation"
    tag = admin.get(automation).headers["ETag"]
    assert admin.put(automation, {"reparse_inbox": True}, headers={"If-Match": tag}).status == 200
    assert admin.put(automation, {}, headers={"If-Match": tag}).status == 412

    shared = admin.put("/chatToken", {"bot_name": "a", "description": ""})
    admin.put("/chatToken", {"bot_name": "b", "description": ""})
    assert admin.put("/chatToken", {**shared.json, "bot_name": "c"}).status == 412
