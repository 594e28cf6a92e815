"""Texts that clients send: YAML, or JSON, which YAML contains but for its way with rare characters."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ruamel.yaml import YAML

from functions.api.files import text_of
from parlance.domain.errors import Invalid
from parlance.domain.project_yaml import inspect

TEXTS = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=40)  # YAML: a key has 1,024 characters at most


@given(st.dictionaries(TEXTS, TEXTS, min_size=1, max_size=8))
def test_json_with_escapes_means_the_same_as_yaml(value):
    sent = json.dumps(value, ensure_ascii=True)

    assert YAML(typ="safe", pure=True).load(text_of(sent.encode())) == value


@pytest.mark.parametrize("text", [r"a: \ud83d\ude00", "nlu:\n- regex: smile\n  examples: |\n    - \\ud83d\\ude00\n"])
def test_yaml_stays_as_it_is(text):
    assert text_of(text.encode()) == text


def test_half_a_character_is_refused():
    with pytest.raises(Invalid, match="line 1: half a character"):
        inspect("domain.yml", r'{"intents": ["\ud83d"]}', allowed=())


def test_what_is_no_utf_8_is_refused():
    with pytest.raises(Invalid):
        text_of(b"\xff")
