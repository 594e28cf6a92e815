"""Responses: variations in the domain's YAML, edited where they stand."""

from __future__ import annotations

import pytest

from parlance.services import project

DOMAIN = """\
# who answers
intents:
- greet
responses:
  utter_greet: # friendly
  - text: Hello!
    condition: # only sometimes
    - {type: slot, name: known, value: true}
  - text: "Hi: there"
    buttons:
    - title: Yes
      payload: /affirm

  utter_bye:
    - text: |
        Good
        bye
actions:
- utter_greet
- action_x
"""
STORIES = "stories:\n- story: a\n  steps:\n  - intent: greet\n  - action: utter_greet # first\n  - action: action_x\n"


@pytest.fixture
def imported(installation):
    project.import_files({"domain.yml": DOMAIN, "data/stories.yml": STORIES}, "ada")


def domain_of(admin):
    return admin.get("/domain").text


def test_variations_are_listed_with_all_that_stands_in_the_file(admin, imported):
    greet, there, bye = admin.get("/responses").json

    assert (greet["response_name"], greet["text"], greet["annotator_id"]) == ("utter_greet", "Hello!", "ada")
    assert greet["condition"] == [{"type": "slot", "name": "known", "value": True}]
    assert there["buttons"] == [{"title": "Yes", "payload": "/affirm"}]
    assert (bye["text"], bye["line"], bye["edited_since_last_training"]) == ("Good\nbye\n", 15, True)
    assert admin.get("/responses?response_name=utter_bye").json == [bye]
    assert admin.get("/templates?q=HELLO").json == [greet]
    assert admin.get("/responses?limit=1&offset=1").json == [there]
    assert [(one["name"], len(one["responses"])) for one in admin.get("/responseGroups").json] == [
        ("utter_greet", 2),
        ("utter_bye", 1),
    ]


def test_a_variation_is_added_behind_the_others_and_removed_again(admin, annotator, imported):
    made = annotator.post("/responses", {"response_name": "utter_bye", "text": "Ciao", "buttons": []})

    assert (made.status, made.json["text"]) == (201, "Ciao")
    assert domain_of(admin) == DOMAIN.replace("        bye\n", "        bye\n    - text: Ciao\n")
    assert annotator.delete(f"/responses/{made.json['id']}").status == 204
    assert domain_of(admin) == DOMAIN


def test_a_new_response_goes_to_the_end_and_a_lone_one_takes_its_name_along(admin, imported):
    new = {"response_name": "utter_new", "text": "1: yes\nno", "custom": {"a": [1, {"b": None}], "c": []}}

    made = admin.post("/responses", new).json

    assert (made["custom"], made["text"]) == (new["custom"], new["text"])
    assert domain_of(admin) == DOMAIN.replace(
        "        bye\n",
        '        bye\n  utter_new:\n  - text: "1: yes\\nno"\n'
        "    custom:\n      a:\n      - 1\n      - b: null\n      c: []\n",
    )
    assert admin.delete(f"/responses/{made['id']}").status == 204
    assert domain_of(admin) == DOMAIN


def test_a_variation_is_replaced_by_who_has_read_it_and_keeps_unknown_keys(admin, imported):
    greet = admin.get("/responses").json[0]
    new = {"response_name": "utter_greet", "text": "Hey"}

    first = admin.put(f"/responses/{greet['id']}", new, headers={"If-Match": greet["etag"]})
    assert (first.status, first.json["text"], first.json["condition"]) == (200, "Hey", greet["condition"])
    assert admin.put(f"/responses/{greet['id']}", new, headers={"If-Match": greet["etag"]}).status == 404
    assert admin.put(f"/responses/{first.json['id']}", new, headers={"If-Match": greet["etag"]}).status == 412
    assert "- text: Hey\n    condition:\n    - type: slot\n" in domain_of(admin)
    assert domain_of(admin).startswith(DOMAIN[: DOMAIN.index("  - text")])
    assert domain_of(admin).endswith(DOMAIN[DOMAIN.index('  - text: "Hi') :])


def test_a_response_is_renamed_everywhere(admin, imported):
    assert admin.put("/responseGroups/utter_greet", {"name": "utter_bye"}).status == 409
    assert admin.put("/responseGroups/utter_none", {"name": "utter_x"}).status == 404

    renamed = admin.put("/responseGroups/utter_greet", {"name": "utter_hello"}).json

    assert (renamed["name"], len(renamed["responses"])) == ("utter_hello", 2)
    assert domain_of(admin) == DOMAIN.replace("utter_greet", "utter_hello")
    files = admin.get("/projects/default/files").json["files"]
    assert files["data/stories.yml"] == STORIES.replace("utter_greet", "utter_hello")


def test_all_responses_are_replaced(admin, imported):
    found = admin.put("/responses", [{"response_name": "utter_a", "text": "x"}]).json

    assert [(one["response_name"], one["text"]) for one in found] == [("utter_a", "x")]
    head, _, rest = DOMAIN.partition("responses:\n")
    assert domain_of(admin) == f"{head}responses:\n  utter_a:\n  - text: x\n\n{rest[rest.index('actions') :]}"


@pytest.mark.parametrize(
    "body",
    [{"response_name": "greet", "text": "x"}, {"response_name": "utter_x"}, {"response_name": "utter_x", "text": 1}],
)
def test_what_is_no_response_is_refused(admin, imported, body):
    assert admin.post("/responses", body).status == 400
    assert domain_of(admin) == DOMAIN


def test_a_project_without_domain_gets_one(admin, installation):
    admin.post("/responses", {"response_name": "utter_a", "text": "x"})

    assert domain_of(admin) == 'version: "3.1"\n\nresponses:\n  utter_a:\n  - text: x\n'
