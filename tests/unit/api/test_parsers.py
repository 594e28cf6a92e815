"""Whatever is sent: parsers read it as it was meant, or refuse it in the error tree's words."""

from __future__ import annotations

import json
from contextlib import suppress
from urllib.parse import urlencode

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from functions.api import fields
from functions.api import query as queries
from functions.api.multipart import file_of
from infra.api_docs import endpoints
from parlance.domain.conversations import Listing, decode_cursor
from parlance.domain.errors import AppError, Invalid
from parlance.domain.inbox import InboxListing
from parlance.domain.inbox import decode_cursor as decode_inbox_cursor
from parlance.services import corpus, training_files
from parlance.services import project as projects

NAMES = st.text("abcdefghijklmnopqrstuvwxyz0123456789-_.", min_size=1, max_size=40)
FILTERS = sorted({spec.query for spec in endpoints() if spec.query}, key=str)
VALUES = st.one_of(
    st.text(max_size=30), st.floats().map(str), st.integers().map(str), st.sampled_from(["true", "NaN", ","])
)
JSON = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False), st.text(max_size=20)),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(st.text(max_size=8), inner, max_size=3)),
    max_leaves=12,
)


def form(name: str, content: bytes, field: str = "model") -> tuple[str, bytes]:
    boundary = "limit-of-the-parts"
    head = f'--{boundary}\r\nContent-Disposition: form-data; name="{field}"; filename="{name}"\r\n'
    body = head.encode() + b"Content-Type: application/gzip\r\n\r\n" + content
    return f"multipart/form-data; boundary={boundary}", body + f"\r\n--{boundary}--\r\n".encode()


@given(NAMES, st.binary(min_size=1, max_size=2000).filter(lambda content: b"limit-of" not in content))
def test_a_file_in_a_form_comes_out_as_it_went_in(name, content):
    assert file_of(*form(name, content), "") == (name, content)


@given(
    st.one_of(st.just("multipart/form-data"), st.text(max_size=60).map("multipart/".__add__)), st.binary(max_size=500)
)
def test_a_broken_form_is_refused(media, body):
    with suppress(Invalid):
        file_of(media, body, "")


@given(st.binary(max_size=300), st.integers(0, 400))
def test_a_form_that_is_cut_off_is_refused_or_read_up_to_there(content, cut):
    media, body = form("m.tar.gz", content)
    with suppress(Invalid):
        assert file_of(media, body[:cut], "")[0] == "m.tar.gz"


@settings(max_examples=settings().max_examples // 4)
@pytest.mark.parametrize("kind", FILTERS, ids=lambda kind: f"{kind.__module__.rpartition('.')[2]}.{kind.__name__}")
@given(data=st.data())
def test_a_query_is_read_or_refused(kind, data):
    names = [field.encode_name for field in msgspec.structs.fields(kind)]
    given_values = data.draw(st.dictionaries(st.sampled_from(names), VALUES, max_size=4))
    with suppress(Invalid):
        assert isinstance(queries.parse(kind, given_values), kind)


@given(st.text(max_size=80))
def test_a_cursor_that_nobody_was_given_is_refused(text):
    for read, listing in ((decode_cursor, Listing()), (decode_inbox_cursor, InboxListing())):
        with pytest.raises(Invalid):
            read(text, listing)


@given(st.dictionaries(st.text("fields[]abc.", max_size=20), st.sampled_from(["true", "false", ""]), max_size=4), JSON)
def test_chosen_fields_are_a_part_of_the_answer(given_values, value):
    found = fields.pruned(value, fields.wanted(given_values))
    assert len(json.dumps(found)) <= len(json.dumps(value))
    assert urlencode(given_values) is not None


@given(st.one_of(JSON.map(json.dumps).map(str.encode), st.binary(max_size=100)))
def test_training_data_that_is_not_rasas_json_is_refused(nothing_stored, body):
    with suppress(AppError):
        assert corpus.replace_all(body, is_json=True, who="ada") >= 0


@given(
    st.lists(
        st.fixed_dictionaries(
            {"text": st.text(min_size=1, max_size=40), "intent": st.text("abc_", min_size=1, max_size=9)}
        ),
        max_size=5,
    )
)
def test_rasas_json_becomes_examples_or_is_refused(nothing_stored, examples):
    body = json.dumps({"rasa_nlu_data": {"common_examples": examples}}).encode()
    with suppress(AppError):
        assert corpus.replace_all(body, is_json=True, who="ada") <= len(examples)


@given(st.binary(max_size=400))
def test_a_zip_that_is_none_is_refused(body):
    with pytest.raises(AppError):
        projects.import_zip(body, "ada")


@pytest.fixture(scope="module")
def nothing_stored():
    """Edits are made and judged as ever; nothing is stored."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DATABASE_SECRET", "none")
        patch.setattr(training_files.store, "change", lambda work, _who, hashes: (work({}), hashes()))
        yield
