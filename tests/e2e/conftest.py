"""One installation for all end-to-end tests: brought up from an empty folder, with a model trained by real Rasa."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.e2e.installation import Installation

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(scope="session")
def installation(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    place = Installation(tmp_path_factory.mktemp("installation") / "state")
    try:
        ran = place.up()
        assert ran.code == 0, ran.text
        assert place.url, ran.text
        yield place
    finally:
        place.make("down")
