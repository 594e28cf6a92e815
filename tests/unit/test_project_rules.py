"""What a project may hold: paths, YAML, zips, fingerprints."""

from __future__ import annotations

import io
import zipfile
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parlance.domain import project_zip
from parlance.domain.errors import Invalid, TooLarge
from parlance.domain.project import Unsafe, fingerprint, is_project_file, sorted_out
from parlance.domain.project_yaml import inspect, merged, read

EXAMPLE = Path(__file__).parents[2] / "examples" / "concierge"
NAMES = st.text("abcXYZ_ü09", min_size=1, max_size=8)
PATHS = st.builds(lambda folders, name: "/".join(["data", *folders, f"{name}.yml"]), st.lists(NAMES, max_size=3), NAMES)
TEXTS = st.text(st.characters(codec="utf-8", exclude_characters="\x00\ufeff"), max_size=50)
PROJECTS = st.dictionaries(PATHS, TEXTS, max_size=6)


@given(PROJECTS)
def test_a_zip_gives_back_what_was_packed(files: dict[str, str]) -> None:
    body = project_zip.pack(files)

    assert project_zip.unpack(body) == files
    assert project_zip.pack(dict(reversed(files.items()))) == body


@given(st.binary(max_size=200), st.integers(0, 300))
def test_a_damaged_zip_is_refused_or_read_but_never_crashes(noise: bytes, place: int) -> None:
    body = bytearray(project_zip.pack({"config.yml": "language: en", "data/nlu.yml": "nlu: []"}))
    body[place : place + len(noise)] = noise

    with suppress(Invalid, TooLarge):
        project_zip.unpack(bytes(body))


@given(PROJECTS, PROJECTS)
def test_fingerprints_are_equal_exactly_for_equal_projects(one: dict[str, str], other: dict[str, str]) -> None:
    assert (fingerprint(one) == fingerprint(other)) == (one == other)


def test_the_fingerprint_tells_apart_where_a_text_ends() -> None:
    assert fingerprint({"a": "bc"}) != fingerprint({"ab": "c"})


@given(st.text(max_size=40))
def test_a_kept_path_stays_inside_the_folder(path: str) -> None:
    try:
        kept, left_out = sorted_out({path: ""})
    except Unsafe:
        return
    root = Path("/project")
    assert (root / path).is_relative_to(root)
    assert ".." not in (root / path).parts
    assert len(kept) + len(left_out) == 1


@pytest.mark.parametrize("path", ["config.yml", "data/a/b.yml", "domain/x.yaml", "lookups/cities.txt", "tests/t.yml"])
def test_project_files(path: str) -> None:
    assert is_project_file(path)


@pytest.mark.parametrize(
    "path", ["endpoints.yml", "credentials.yml", "actions/a.py", "data/x.py", "data/.x.yml", "data", "models/m.tar.gz"]
)
def test_files_that_are_none_of_a_projects_business(path: str) -> None:
    assert not is_project_file(path)


@given(st.text(max_size=200))
def test_any_text_is_judged_without_a_crash(text: str) -> None:
    for path in ("config.yml", "domain.yml", "data/a.yml"):
        try:
            problems = inspect(path, text)
        except Unsafe:
            continue
        assert all(1 <= problem.line <= text.count("\n") + text.count("\r") + 2 for problem in problems)


def test_the_example_assistant_is_a_faultless_project() -> None:
    for path in EXAMPLE.rglob("*.yml"):
        name = str(path.relative_to(EXAMPLE))
        if is_project_file(name):
            assert inspect(name, path.read_text()) == (), name


def test_a_merged_domain_keeps_comments_and_order() -> None:
    parts = {"domain/b.yml": "intents:\n- a\n- b\n", "domain/a.yml": "# first\nintents:\n- b # here\nslots: {}\n"}

    assert merged(parts) == "# first\nintents:\n- b # here\n- a\nslots: {}\n"
    assert read(merged({"domain/a.yml": ""})) == {}


def test_environment_variables_of_ones_own_are_fine() -> None:
    assert inspect("data/a.yml", "url: ${DUCKLING_URL}\nprice: $5 or $RASAX") == ()


def test_a_zip_whose_entries_lie_about_their_size_is_refused() -> None:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("data/a.yml", " " * 20_000_000)

    with pytest.raises(TooLarge):
        project_zip.unpack(target.getvalue())
