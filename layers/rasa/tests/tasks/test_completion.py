"""What a domain lacks is found and declared beside it; the project's own files stay as they are."""

import os

import pytest
import ruamel.yaml

from parlance_rasa.tasks import completion, project

DOMAIN = (
    "actions:\n- action_known\nforms:\n  known_form:\n    required_slots: []\nresponses:\n  utter_hi:\n  - text: Hi\n"
)
RETRIEVED = "  utter_faq/hours:\n  - text: Nine to five\n"
STORIES = """
stories:
- story: all kinds
  steps:
  - intent: greet
  - action: action_known
  - action: utter_hi
  - action: utter_faq
  - action: action_restart
  - action: action_lost
  - action: lost_form
  - active_loop: lost_form
  - active_loop: null
  - action: known_form
rules:
- rule: one more
  steps:
  - or:
    - intent: greet
    - intent: bye
  - action: utter_lost
- not a rule
"""


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "data").mkdir()
    (tmp_path / "domain.yml").write_text(DOMAIN + RETRIEVED)
    (tmp_path / "data" / "stories.yml").write_text(STORIES)
    return tmp_path


def read(path):
    return ruamel.yaml.YAML(typ="safe").load(path.read_text())


def test_names_that_the_domain_lacks_are_declared_beside_it(folder):
    words = completion.complete(str(folder))

    assert [sentence.split("'")[1] for sentence in words] == ["action_lost", "utter_lost", "lost_form"]
    added = read(folder / completion.FOLDER / completion.ADDED)
    assert added["actions"] == ["action_lost", "utter_lost"]
    assert added["forms"] == {"lost_form": {"required_slots": []}}
    assert (folder / completion.FOLDER / "domain.yml").read_text() == (folder / "domain.yml").read_text()
    assert "--domain %s" % completion.FOLDER in " ".join(project.command(str(folder), {}, None))


def test_a_domain_in_parts_is_completed_as_one(folder):
    (folder / "domain").mkdir()
    os.rename(folder / "domain.yml", folder / "domain" / "main.yml")

    assert completion.complete(str(folder))

    assert (folder / completion.FOLDER / "domain" / "main.yml").exists()


def test_a_whole_domain_is_left_alone(folder):
    (folder / "data" / "stories.yml").write_text("stories:\n- story: s\n  steps:\n  - action: utter_hi\n")

    assert completion.complete(str(folder)) == []
    assert "--domain domain.yml" in " ".join(project.command(str(folder), {}, None))


def test_what_is_no_yaml_is_rasas_to_refuse(folder):
    (folder / "data" / "broken.yml").write_text("a: [")
    (folder / "data" / "list.yml").write_text("- a")

    assert completion.find(str(folder)).actions == ["action_lost", "utter_lost"]


@pytest.mark.parametrize("odd", ["stories: 5", "rules: true", "stories:\n- story: s\n  steps: 7", "stories: text"])
def test_what_has_another_shape_is_rasas_to_refuse(folder, odd):
    (folder / "data" / "odd.yml").write_text(odd)
    (folder / "domain.yml").write_text("actions: 5\nforms: true\nresponses: text\n")

    assert "action_lost" in completion.find(str(folder)).actions
