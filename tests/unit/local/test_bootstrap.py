"""The search for interpreters, and the refusals, of the bootstrap; it also has to run on Python 3.8."""

from __future__ import annotations

import ast
import os
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from infra.local import bootstrap

SOURCE = Path(bootstrap.__file__)


def fake_python(path: Path, version: str, code: int = 0) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\necho {version}\nexit {code}\n")
    path.chmod(0o755)
    return path


def test_pyenvs_folder_is_searched_newest_first(tmp_path):
    for release in ("3.10.2", "3.10.13", "3.11.9"):
        fake_python(tmp_path / "versions" / release / "bin" / "python", "3.10")

    found = bootstrap.pyenv_pythons("3.10", str(tmp_path))

    assert [Path(path).parts[-3] for path in found] == ["3.10.13", "3.10.2"]


def test_a_shim_that_fails_is_passed_over(tmp_path):
    shim = fake_python(tmp_path / "shim", "", code=127)
    real = fake_python(tmp_path / "real", "3.10")

    assert bootstrap.find_python(("3.10",), lambda _version: [str(shim), "", str(real)]) == str(real)


def test_the_first_wanted_version_wins(tmp_path):
    places = {version: str(fake_python(tmp_path / version, version)) for version in ("3.13", "3.12")}

    assert bootstrap.find_python(("3.13", "3.12"), lambda version: [places[version]]) == places["3.13"]


def test_none_found_leaves_the_search_to_uv():
    assert bootstrap.find_python(("3.10",), lambda _version: ["/no/such/python"]) is None


def test_a_full_disk_is_said_in_one_sentence(tmp_path):
    with pytest.raises(bootstrap.BootstrapError, match=r"GB free and the installation needs 1000000\.0 GB"):
        bootstrap.check_disk(1e6, tmp_path)


def test_without_any_python_310_it_ends_with_a_sentence(tmp_path, monkeypatch):
    monkeypatch.setattr(bootstrap, "find_python", lambda *_: None)
    monkeypatch.setenv("UV_PYTHON_DOWNLOADS", "never")
    monkeypatch.setenv("UV_PYTHON_PREFERENCE", "only-managed")
    uv = bootstrap.find_uv()
    env = bootstrap.ENVIRONMENTS["rasa"]._replace(folder=str(tmp_path / "venv"))

    with pytest.raises(bootstrap.BootstrapError, match=r"^Python 3\.10 for Rasa is neither on PATH nor"):
        bootstrap.make_venv(env, uv)


def test_without_network_it_ends_with_a_sentence(tmp_path, monkeypatch):
    monkeypatch.setenv("UV_OFFLINE", "1")
    monkeypatch.setenv("UV_CACHE_DIR", str(tmp_path / "cache"))
    monkeypatch.setattr(bootstrap, "ROOT", tmp_path)
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(tmp_path / "venv")], check=True)
    (tmp_path / "lock").write_text("six==1.17.0 --hash=sha256:" + "0" * 64 + "\n")
    env = bootstrap.ENVIRONMENTS["rasa"]._replace(folder="venv", lock="lock")

    with pytest.raises(bootstrap.BootstrapError, match="could not be installed; uv says why above"):
        bootstrap.fill_venv(env, bootstrap.find_uv())


def test_a_failure_is_exit_code_1_and_no_traceback(tmp_path):
    full = f"import runpy, sys; sys.path.insert(0, {str(SOURCE.parent)!r}); import bootstrap as b"
    code = full + "; b.is_current = lambda env: False; b.shutil.disk_usage = lambda p: (0, 0, 0); b.main([])"
    code = code.replace("lambda p: (0, 0, 0)", "lambda p: type('U', (), {'free': 0})()")

    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)

    assert done.returncode == 1
    assert done.stderr.startswith("✗ The disk of ")
    assert done.stderr.count("\n") == 1


def test_it_is_written_for_python_38():
    ast.parse(SOURCE.read_text(), feature_version=(3, 8))


@pytest.mark.skipif(not bootstrap.find_python(("3.8",)), reason="no Python 3.8 here")
def test_it_runs_on_python_38():
    code = f"import sys; sys.path.insert(0, {str(SOURCE.parent)!r}); import bootstrap; print(bootstrap.find_uv() or '')"

    done = subprocess.run(
        [bootstrap.find_python(("3.8",)), "-c", code], capture_output=True, check=False, env=os.environ
    )

    assert done.returncode == 0


def test_whoever_comes_second_waits_and_installs_nothing_again(tmp_path, monkeypatch, capsys):
    made = []
    (tmp_path / "requirements.lock").touch()
    monkeypatch.setattr(bootstrap, "ROOT", tmp_path)
    monkeypatch.setattr(bootstrap, "is_current", lambda env: env.title in made)
    monkeypatch.setattr(bootstrap, "install", lambda stale: made.extend(env.title for env in stale))
    with bootstrap.one_at_a_time(tmp_path / "requirements.lock", print):
        second = threading.Thread(target=bootstrap.main, args=([],))
        second.start()
        said = wait_for(capsys, "waiting for it")
        made.append("the workbench")
    second.join()

    assert "Another command installs here already" in said
    assert made == ["the workbench", "Rasa"]


def wait_for(capsys, words):
    said, until = "", time.monotonic() + 240
    while words not in said and time.monotonic() < until:
        said += capsys.readouterr().err
        time.sleep(0.01)
    return said
