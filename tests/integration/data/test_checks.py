"""Texts judged while they are written: every problem with its line, and the stories as steps."""

from __future__ import annotations

from pathlib import Path

import pytest

from parlance.services import project
from tests.support.installation import logged_in

CONCIERGE = Path(__file__).parents[3] / "examples/concierge"
FILES = {str(path.relative_to(CONCIERGE)): path.read_text() for path in sorted(CONCIERGE.rglob("*.yml"))}
CHECKS = "/projects/default/checks"


@pytest.fixture(scope="module")
def admin(shared_installation):
    project.import_files(FILES, "ada")
    return logged_in("ada", "admin")


def problems(admin, kind, text):
    found = admin.post(CHECKS, {"kind": kind, "text": text}).json
    return [(one["line"], one["severity"], one["message"]) for one in found["problems"]]


@pytest.mark.parametrize("kind", ["stories", "rules"])
def test_what_the_project_holds_is_without_problems(admin, kind):
    text = admin.get(f"/{kind}", headers={"Accept": "application/yaml"}).text

    assert problems(admin, kind, text) == []


def test_names_that_the_domain_lacks_are_told_with_their_lines(admin):
    text = (
        "stories:\n- story: a\n  steps:\n  - intent: grete\n  - action: utter_nothing\n"
        "  - slot_was_set:\n    - shoe_size: 44\n  - or:\n    - intent: greet\n    - intent: hi\n"
    )

    assert problems(admin, "stories", text) == [
        (4, "warning", "intent grete is not in the domain"),
        (5, "warning", "action utter_nothing is not in the domain"),
        (7, "warning", "slot shoe_size is not in the domain"),
        (10, "warning", "intent hi is not in the domain"),
    ]


@pytest.mark.parametrize(
    ("kind", "text", "expected"),
    [
        ("stories", "stories:\n- story: a\n  steps: [", (3, "error", "not YAML")),
        ("stories", "stories:\n- story: a\n", (2, "error", "it has no steps")),
        ("rules", "rules:\n- rule: a\n  steps:\n  - intend: greet\n", (4, "error", "a step is one of")),
        ("rules", "stories: []\n", (1, "error", "the text must hold a list below `rules:`")),
        ("config", "language: en\npipeline: []\n", (1, "warning", "policies is missing")),
        ("domain", "slots:\n  a:\n    type: os.system\n", (2, "error", "the slot type os.system")),
        ("domain", "a: !!python/object:os.system {}\n", (1, "error", "the tag")),
    ],
)
def test_what_is_wrong_is_told_with_its_line(admin, kind, text, expected):
    line, severity, message = problems(admin, kind, text)[0]

    assert (line, severity) == expected[:2]
    assert expected[2] in message


def test_stories_are_outlined_for_the_drawing(admin):
    steps = "  - or:\n    - intent: greet\n    - intent: goodbye\n  - slot_was_set:\n    - b: c\n"
    text = f"stories:\n- story: a\n  steps:\n{steps}"

    (flow,) = admin.post(CHECKS, {"kind": "stories", "text": text}).json["flows"]

    assert flow["name"] == "a"
    assert [(step["kind"], step["label"], step["line"]) for step in flow["steps"]] == [
        ("or", "greet or goodbye", 4),
        ("slot_was_set", "b: c", 7),
    ]
