"""Edits of training data: what is meant changes, everything else stays to the byte; entities as Rasa reads them."""

from __future__ import annotations

import difflib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parlance.domain.errors import Conflict, Invalid
from parlance.domain.training import blocks, entities, examples
from parlance.domain.training.entities import Entity
from parlance.domain.training.examples import NewExample
from parlance.domain.training.yaml_text import Uneditable

HELPDESK = (Path(__file__).parents[1] / "data/helpdesk/data/nlu.yml").read_text()
ODD = """\
# head
version: "3.1"
nlu:
  - intent: ask # why
    unknown: [1,   2]
    examples: |-
      - one  # no comment
      - two [Oslo](city)

      - three
  # between
  - intent: listed
    examples:
    - text: |
        long
      metadata: {x: 1}
    # note
    - text: short
  - intent: folded
    examples: "- a\\n- b"
other: 1
"""
TEXTS = st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs")), min_size=1, max_size=30)
PLAIN = TEXTS.filter(lambda text: text.strip("\n\r ") and "[" not in text)


def changed_lines(before: str, after: str) -> list[str]:
    lines = difflib.unified_diff(before.splitlines(), after.splitlines(), n=0, lineterm="")
    return [line for line in lines if line[:1] in "+-" and line[:3] not in ("+++", "---")]


def texts(file: str) -> list[tuple[str, str]]:
    return [(example.intent, example.text) for example in examples.examples({"data/nlu.yml": file})]


def test_everything_is_read():
    assert texts(ODD) == [
        ("ask", "one  # no comment"),
        ("ask", "two Oslo"),
        ("ask", "three"),
        ("listed", "long"),
        ("listed", "short"),
        ("folded", "a"),
        ("folded", "b"),
    ]
    two = examples.examples({"data/nlu.yml": ODD})[1]
    assert two.entities == (Entity(start=4, end=8, entity="city", value="Oslo"),)
    assert two.line == ODD.splitlines().index("      - two [Oslo](city)") + 1


@pytest.mark.parametrize(
    ("index", "changes", "expected"),
    [
        (0, {1: "new"}, ["-      - two [Oslo](city)", "+      - new"]),
        (0, {0: None}, ["-      - one  # no comment"]),
        (1, {1: "x: y"}, ["-    - text: short", '+    - text: "x: y"']),
        (1, {0: None}, ["-    - text: |", "-        long", "-      metadata: {x: 1}"]),
        (2, {0: "z"}, ['-    examples: "- a\\n- b"', "+    examples: |", "+      - z", "+      - b"]),
        (2, {0: None, 1: None}, ["-  - intent: folded", '-    examples: "- a\\n- b"']),
    ],
)
def test_an_edit_touches_only_its_lines(index, changes, expected):
    assert changed_lines(ODD, blocks.with_lines(ODD, index, changes)) == expected


@given(PLAIN, st.sampled_from(["ask", "listed", "folded", "brand new: intent"]))
def test_an_added_example_is_read_back_and_nothing_else_changes(text, intent):
    after = examples.add({"data/nlu.yml": ODD}, NewExample(text=text, intent=intent))["data/nlu.yml"]
    wanted = (intent, text.strip("\n\r "))

    assert wanted in texts(after)
    if wanted[1] not in [text for _, text in texts(ODD)]:
        assert [pair for pair in texts(after) if pair != wanted] == texts(ODD)
        kept = difflib.SequenceMatcher(None, ODD.splitlines(), after.splitlines(), autojunk=False).get_opcodes()
        assert intent == "folded" or {tag for tag, *_ in kept} <= {"equal", "insert"}


@given(st.lists(st.tuples(st.integers(0, 455), st.booleans()), max_size=6))
def test_changing_and_removing_keeps_all_other_examples(edits):
    files = {"data/nlu.yml": HELPDESK}
    for place, is_removal in edits:
        found = examples.examples(files)
        one = found[place % len(found)]
        rest = [(example.intent, example.text) for example in found if example is not one]
        new = NewExample(text=f"surely new {len(edits)} {place}", intent=one.intent)
        try:
            files = examples.remove(files, str(one.id)) if is_removal else examples.change(files, str(one.id), new)
        except Conflict:
            continue
        after = texts(files["data/nlu.yml"])
        assert len(after) == len(found) - is_removal
        assert sorted(pair for pair in after if pair != (new.intent, new.text)) == sorted(
            pair for pair in rest if pair != (new.intent, new.text)
        )


@given(TEXTS, st.data())
def test_marked_entities_are_read_as_they_were_written_or_refused(text, data):
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start + 1, len(text)))
    value = data.draw(st.none() | TEXTS)
    mark = Entity(start=start, end=end, entity="city", value=value, role=data.draw(st.none() | st.just("to")))
    try:
        source = entities.write(text, [mark])
    except Invalid:
        return
    assert entities.read(source) == (text, (Entity(**{**as_dict(mark), "value": value or text[start:end]}),))


def as_dict(mark: Entity) -> dict:
    return {name: getattr(mark, name) for name in mark.__struct_fields__}


@pytest.mark.parametrize(
    ("source", "text", "found"),
    [
        ("to [LA](city:Los Angeles) now", "to LA now", [(3, 5, "city", "Los Angeles")]),
        ('🙂 [x]{"entity": "e", "role": "r"}', "🙂 x", [(2, 3, "e", "x")]),
        ('[x][{"entity": "a"}, {"entity": "b", "value": "y"}]', "x", [(0, 1, "a", "x"), (0, 1, "b", "y")]),
        ("[x]{broken}", "x", []),
        ("a [b] c", "a [b] c", []),
    ],
)
def test_marks_are_read_as_rasa_reads_them(source, text, found):
    plain, marks = entities.read(source)

    assert (plain, [(mark.start, mark.end, mark.entity, mark.value) for mark in marks]) == (text, found)


@pytest.mark.parametrize(
    "broken",
    ["nlu: [", "nlu:\n- &a {intent: x}\n- *a\n", "nlu: [{intent: x, examples: ['- a']}]\n", "nlu: text\n"],
)
def test_a_file_that_cannot_be_edited_in_part_is_left_alone(broken):
    with pytest.raises(Uneditable):
        blocks.with_example(broken, "intent", "x", ["new"])
