"""The images, and one installation whose tasks run in them."""

from __future__ import annotations

import os
import shutil
from typing import TYPE_CHECKING

import pytest

from tests.containers import images
from tests.e2e.installation import Installation

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(scope="session", autouse=True)
def podman(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """podman with limits that hold everywhere; fails with what is to be installed."""
    missing = [name for name in images.NEEDED if not shutil.which(name, path=f"{os.environ['PATH']}:/usr/sbin")]
    assert os.getuid() == 0, "debootstrap and these containers want root"
    assert not missing, f"apt-get install {' '.join(missing)}"
    settings = tmp_path_factory.mktemp("podman") / "containers.conf"
    settings.write_text(images.LIMITS)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CONTAINERS_CONF", str(settings))
        yield


@pytest.fixture(scope="session")
def installation(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    """Brought up from an empty folder: the example assistant is trained and served, each in a container."""
    for image in (images.RASA, images.ACTIONS):
        images.build(image)
    place = Installation(tmp_path_factory.mktemp("installation") / "state")
    place.settings |= {"PARLANCE_TASKS": "containers", "PARLANCE_PATIENCE": "900"}
    try:
        ran = place.up()
        assert ran.code == 0, ran.text
        yield place
    finally:
        place.make("down")
