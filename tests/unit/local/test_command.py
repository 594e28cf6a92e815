"""The commands as a person types them: what they remember, and how they fail."""

from __future__ import annotations

import os
import shutil

import pytest

import infra.local.__main__ as command
from infra.local import reset, up
from infra.local.failure import RunnerError
from infra.local.folder import Folder, folder_of, write_private
from infra.local.settings import Settings


@pytest.fixture
def settings(tmp_path, monkeypatch) -> Settings:
    monkeypatch.setenv("PARLANCE_STATE", str(tmp_path / "state"))
    return Settings.from_env(os.environ)


def break_with(monkeypatch, error):
    def broken(_settings):
        raise error

    monkeypatch.setitem(command.COMMANDS, "status", broken)


def test_the_last_settings_hold_until_others_are_given(settings, monkeypatch):
    write_private(folder_of(settings).make().settings, {"PARLANCE_PORT": "6002", "PARLANCE_RASA_PORT": "6005"})
    monkeypatch.setenv("PARLANCE_RASA_PORT", "7005")
    monkeypatch.setenv("PARLANCE_PORT", "")

    found = command.remembered(settings)

    assert (found.port, found.rasa_port, found.state) == (6002, 7005, settings.state)


def test_an_unforeseen_error_is_a_sentence_and_its_traceback_is_in_the_log(settings, monkeypatch, capsys):
    folder = folder_of(settings).make()
    break_with(monkeypatch, ValueError("two\nlines"))

    code = command.main(["status"])

    said, log = capsys.readouterr().err, folder.logs / "runner.log"
    assert code == 1
    assert said.count("\n") == 1
    assert f"`make status` failed: ValueError: two lines (more in {log}" in said
    assert "Traceback" in log.read_text()
    assert oct(log.stat().st_mode)[-3:] == "600"


def test_without_a_log_the_sentence_says_how_to_see_more(settings, monkeypatch, capsys):
    break_with(monkeypatch, OSError(28, "No space left on device", "/x"))

    assert command.main(["status"]) == 1
    assert "/x: No space left on device (with DEBUG=1" in capsys.readouterr().err
    assert not folder_of(settings).root.exists()


@pytest.mark.usefixtures("settings")
def test_with_debug_the_traceback_is_shown(monkeypatch):
    monkeypatch.setenv("DEBUG", "1")
    break_with(monkeypatch, ValueError("x"))

    with pytest.raises(ValueError, match="x"):
        command.main(["status"])


def test_a_state_folder_that_cannot_be_made_is_named(tmp_path):
    (tmp_path / "file").touch()

    with pytest.raises(RunnerError, match=r"cannot be used.*PARLANCE_STATE"):
        Folder(tmp_path / "file" / "state").make()


@pytest.mark.parametrize(
    ("error", "raised"),
    [
        (OSError(28, "No space left on device"), RunnerError),
        (UnicodeDecodeError("utf-8", b"\xe9", 0, 1, "bad"), RunnerError),
        (KeyboardInterrupt(), KeyboardInterrupt),
        (ZeroDivisionError(), ZeroDivisionError),
    ],
)
def test_whatever_ends_make_up_leaves_nothing_running(settings, monkeypatch, error, raised):
    stopped = []

    def climb(*_):
        raise error

    monkeypatch.setattr(up, "climb", climb)
    monkeypatch.setattr(up, "stop_all", stopped.append)
    folder_of(settings).make()

    with pytest.raises(raised):
        up.climb_or_leave_nothing(settings, None)
    assert [folder.root for folder in stopped] == [folder_of(settings).root]


@pytest.mark.parametrize("times", range(6))
def test_a_reset_that_was_interrupted_can_be_repeated(settings, monkeypatch, times):
    folder = folder_of(settings).make()
    (folder.postgres / "base").mkdir(parents=True)
    for place in (folder.logs, folder.run):
        (place / "old").mkdir()
        (place / "file").touch()
    real, left = shutil.rmtree, iter(range(times))

    def stopped_late(path):
        real(path)
        if next(left, None) is None:
            raise KeyboardInterrupt

    monkeypatch.setattr(shutil, "rmtree", stopped_late)
    with pytest.raises(KeyboardInterrupt):
        reset.delete(folder)
    monkeypatch.setattr(shutil, "rmtree", real)

    assert reset.looks_like_ours(settings)
    reset.delete(folder)
    assert not folder.root.exists()
