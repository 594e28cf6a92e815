"""Names, versions and fingerprints of models."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parlance.domain.errors import Invalid
from parlance.domain.models import check_name, check_tag, check_version, is_known, read_metadata, read_result

ETAG = "9b2cf535f27731c974343645a3985328"


@pytest.mark.parametrize("header", [ETAG, f'"{ETAG}"', f'W/"{ETAG}"', f'"x", "{ETAG}"'])
def test_the_fingerprint_is_known_however_it_is_written(header: str) -> None:
    assert is_known(header, ETAG)


@pytest.mark.parametrize("header", ["", "*", ETAG[:-1], f"{ETAG}-2", "b0e4d3f0c7a54b6c"])
def test_another_fingerprint_is_news(header: str) -> None:
    assert not is_known(header, ETAG)


@given(st.text(max_size=150))
def test_names_and_tags_can_always_stand_in_a_path(name: str) -> None:
    for check in (check_name, check_tag):
        try:
            kept = check(name)
        except Invalid:
            continue
        assert kept.isascii()
        assert "/" not in kept
        assert not kept.startswith(".")


def test_the_suffix_of_a_file_is_no_part_of_its_name() -> None:
    assert check_name("20261122-happy.tar.gz") == "20261122-happy"


@pytest.mark.parametrize("version", ["3.6.21", "3.6.22", "3.10.0", "4.0.0", "3.6.21rc1"])
def test_versions_that_rasa_loads(version: str) -> None:
    check_version(version)


@pytest.mark.parametrize("version", ["3.6.20", "3.5.99", "2.8.34", "", "3.6", "latest", f"{'9' * 5000}.0.0"])
def test_versions_that_rasa_refuses(version: str) -> None:
    with pytest.raises(Invalid, match=r"3\.6\.21 or newer"):
        check_version(version)


def test_rasas_own_times_are_utc_though_it_does_not_say_so() -> None:
    metadata = read_metadata(b'{"trained_at": "2026-11-22T10:00:00.5", "rasa_open_source_version": "3.6.21"}')

    assert metadata.trained_at == datetime(2026, 11, 22, 10, 0, 0, 500_000, tzinfo=UTC)


@pytest.mark.parametrize("content", [b"", b"[]", b"{}", b'{"trained_at": 1}', b"\xff"])
def test_other_metadata_is_refused(content: bytes) -> None:
    with pytest.raises(Invalid):
        read_metadata(content)


@pytest.mark.parametrize("moment", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00"])
def test_a_time_that_nobody_could_read_again_is_refused(moment: str) -> None:
    """The database would keep it, in a year that Python does not have, and no list of models could be shown."""
    with pytest.raises(Invalid):
        read_metadata(f'{{"trained_at": "{moment}", "rasa_open_source_version": "3.6.21"}}'.encode())
    assert read_result({"name": "m", "rasa_version": "3.6.21", "trained_at": moment}) is None


@pytest.mark.parametrize("trained_at", ["2026-11-22T10:00:00Z", "2026-11-22T10:00:00", 1795341600, 1795341600.0])
def test_a_task_may_write_times_in_several_ways(trained_at: object) -> None:
    said = read_result({"name": "m", "rasa_version": "3.6.21", "trained_at": trained_at, "model_id": None})

    assert said is not None
    assert said.trained_at == datetime(2026, 11, 22, 10, tzinfo=UTC)


@pytest.mark.parametrize("said", [{}, {"name": "m"}, {"name": "m", "rasa_version": "3.6.21", "trained_at": "soon"}])
def test_words_that_are_not_enough_are_no_result(said: dict[str, object]) -> None:
    assert read_result(said) is None
