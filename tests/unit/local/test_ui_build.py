"""The web UI is built once for all who start in this clone, and never below somebody's upload."""

from __future__ import annotations

import shutil
import threading

import pytest

from infra.local import ui_build
from infra.local.bootstrap import one_at_a_time

PATIENCE = 120


@pytest.fixture
def clone(tmp_path, monkeypatch):
    """A UI whose npm notes what it is asked for, and builds as ours does: anew from nothing."""
    asked: list[str] = []

    def npm(*words):
        asked.append(" ".join(words))
        if words == ("run", "build"):
            shutil.rmtree(tmp_path / "dist", ignore_errors=True)
            (tmp_path / "dist").mkdir()
            (tmp_path / "dist" / "index.html").write_text("<p>built</p>")

    for name in ("package.json", "package-lock.json"):
        (tmp_path / name).write_text("{}")
    monkeypatch.setattr(ui_build, "UI", tmp_path)
    monkeypatch.setattr(ui_build, "npm", npm)
    monkeypatch.setattr(ui_build, "install_packages", lambda: None)
    return asked


def test_whoever_waited_for_the_build_does_not_build_again(clone, tmp_path):
    waits, built = threading.Event(), []
    second = threading.Thread(target=lambda: built.append(ui_build.build_ui(lambda _: waits.set())))
    with one_at_a_time(tmp_path / "package.json", print):
        second.start()
        assert waits.wait(PATIENCE)
        ui_build.npm("run", "build")
        (tmp_path / ui_build.STAMP).write_text(ui_build.fingerprint(tmp_path))
    second.join(PATIENCE)

    assert built == [False]
    assert clone == ["run build"]


@pytest.mark.usefixtures("clone")
def test_it_is_built_for_new_sources_and_after_a_build_of_something_else(tmp_path):
    assert [ui_build.build_ui(print), ui_build.build_ui(print)] == [True, False]

    (tmp_path / "build.mjs").touch()
    assert [ui_build.build_ui(print), ui_build.build_ui(print)] == [True, False]

    ui_build.npm("run", "build")
    assert [ui_build.build_ui(print), ui_build.build_ui(print)] == [True, False]
