"""The command line against the real API behind a real address; jobs' tasks are played by the tests."""

from __future__ import annotations

import io
import json
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest

from parlance_client import transport
from parlance_client.cli.app import main
from tests.integration.models.conftest import (
    admin,
    annotator,
    imported,
    installation,
    login,
    password_hash,
    signing_key,
    tester,
    workbench,
)
from tests.support.server import Server, serving

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.support.api import Client

__all__ = [
    "admin", "annotator", "imported", "installation", "login", "password_hash", "signing_key", "tester", "workbench",
]  # fmt: skip


class Ended(NamedTuple):
    """A command's end: exit code, standard output, standard error."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


Run = Callable[..., Ended]


@pytest.fixture
def server(installation, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    monkeypatch.setattr(transport, "PAUSES", (0.0, 0.0))
    (tmp_path / "ui").mkdir()
    (tmp_path / "ui" / "index.html").write_text("<!doctype html>")
    with serving(tmp_path / "ui") as running:
        yield running


@pytest.fixture
def run(server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys) -> Run:
    """Run a command with `typed` on its standard input; nobody is logged in."""
    monkeypatch.setenv("PARLANCE_URL", server.url)
    monkeypatch.setenv("PARLANCE_LOGIN", str(tmp_path / "home" / "login.json"))
    monkeypatch.setenv("NO_COLOR", "1")

    def parlance(*words: str, typed: str = "") -> Ended:
        monkeypatch.setattr(sys, "stdin", io.StringIO(typed))
        capsys.readouterr()
        with pytest.raises(SystemExit) as ended:
            main(list(words))
        said = capsys.readouterr()
        lines = said.err.splitlines(keepends=True)
        told = "".join(line for line in lines if not line.startswith('{"event"'))  # the server logs beside us
        return Ended(int(ended.value.code or 0), said.out, told)

    return parlance


@pytest.fixture
def as_admin(run: Run, admin: Client, monkeypatch: pytest.MonkeyPatch) -> Run:
    """The same, logged in as Ada, an administrator."""
    monkeypatch.setenv("PARLANCE_TOKEN", admin.token)
    return run


@pytest.fixture
def as_tester(run: Run, tester: Client, monkeypatch: pytest.MonkeyPatch) -> Run:
    """The same, logged in as Tess, a tester."""
    monkeypatch.setenv("PARLANCE_TOKEN", tester.token)
    return run
