"""Intents, actions and forms by name, and what domain and training data do not agree about."""

from __future__ import annotations

import pytest

from parlance.services import project

BASE = "/projects/default"
DOMAIN = """\
intents: # all
- greet
- book:
    use_entities: []
- idle
entities:
- city
slots:
  city:
    type: text
actions:
- action_a # first
forms:
  book_form:
    required_slots: []
responses:
  utter_hi:
  - text: hi
"""
NLU = "nlu:\n- intent: greet\n  examples: |\n    - hi [Ada](name)\n- intent: fresh # new\n  examples: |\n    - a\n"
STORIES = """\
stories:
- story: a
  steps:
  - intent: greet
    entities:
    - when: now
  - action: utter_hi
  - action: action_b
  - slot_was_set:
    - mood: good
"""
RULES = "rules:\n- rule: book\n  steps:\n  - intent: book\n  - action: book\n  - active_loop: book\n"


@pytest.fixture
def imported(installation):
    project.import_files({"domain.yml": DOMAIN, "data/nlu.yml": NLU, "data/stories.yml": STORIES}, "ada")


def files_of(admin):
    return admin.get(f"{BASE}/files").json["files"]


def test_what_only_one_side_names_is_a_warning(admin, imported):
    reply = admin.get("/domainWarnings")

    assert reply.json == {
        "intent_warnings": {"in_domain": ["book", "idle"], "in_training_data": ["fresh"]},
        "entity_warnings": {"in_domain": ["city"], "in_training_data": ["name", "when"]},
        "action_warnings": {"in_domain": ["action_a", "book_form"], "in_training_data": ["action_b"]},
        "slot_warnings": {"in_domain": ["city"], "in_training_data": ["mood"]},
    }
    assert reply.total == 11


def test_what_a_form_asks_for_is_used(admin, installation):
    form = "forms:\n  book:\n    required_slots:\n    - day\nslots:\n  day:\n    type: text\n  mood:\n    type: text\n"
    said = "".join(f"  utter_{name}:\n  - text: hi\n" for name in ("ask_day", "ask_book_day", "ask_mood"))
    domain = f"{form}actions:\n- validate_book\nresponses:\n{said}"
    project.import_files({"domain.yml": domain, "data/rules.yml": RULES}, "ada")

    reply = admin.get("/domainWarnings").json

    assert reply["slot_warnings"] == {"in_domain": ["mood"], "in_training_data": []}
    assert reply["action_warnings"] == {"in_domain": ["utter_ask_mood"], "in_training_data": []}


def test_intents_are_listed_added_mapped_and_removed(admin, imported):
    listed = [(one["intent"], one["is_temporary"], one["examples_count"]) for one in admin.get(f"{BASE}/intents").json]
    assert listed == [("greet", False, 1), ("book", False, 0), ("idle", False, 0), ("fresh", True, 1)]
    assert [one["intent"] for one in admin.get(f"{BASE}/intents?is_temporary=true").json] == ["fresh"]

    assert admin.post(f"{BASE}/intents", {"intent": "late"}).status == 201
    assert admin.post(f"{BASE}/intents", {"intent": "late"}).status == 409
    assert admin.delete(f"{BASE}/intents/late").status == 204
    assert admin.delete(f"{BASE}/intents/book").status == 204
    assert files_of(admin)["domain.yml"] == DOMAIN.replace("- book:\n    use_entities: []\n", "")
    assert admin.delete(f"{BASE}/intents/greet").status == 409
    assert admin.delete(f"{BASE}/intents/none").status == 404

    assert admin.put(f"{BASE}/intents/fresh", {"mapped_to": "idle"}).json["examples_count"] == 1
    assert files_of(admin)["data/nlu.yml"] == NLU.replace("fresh #", "idle #")
    assert admin.put(f"{BASE}/intents/fresh", {"mapped_to": "idle"}).status == 404


def test_actions_are_listed_added_renamed_and_removed(admin, imported):
    first, form = admin.get(f"{BASE}/actions").json
    assert ((first["name"], first["is_form"]), (form["name"], form["is_form"])) == (
        ("action_a", False),
        ("book_form", True),
    )
    made = admin.post(f"{BASE}/actions", {"name": "action_c"}).json
    assert files_of(admin)["domain.yml"] == DOMAIN.replace("# first\n", "# first\n- action_c\n")
    assert admin.post(f"{BASE}/actions", {"name": "action_c"}).status == 409
    assert admin.post(f"{BASE}/actions", {"name": "f", "is_form": True}).status == 400
    assert admin.delete(f"{BASE}/actions/{made['id']}").status == 204
    assert admin.delete(f"{BASE}/actions/{made['id']}").status == 404
    assert admin.delete(f"{BASE}/actions/{form['id']}").status == 409
    assert admin.put(f"{BASE}/actions/{form['id']}", {"name": "trip_form"}).json["is_form"] is True
    assert files_of(admin)["domain.yml"] == DOMAIN.replace("book_form", "trip_form")
