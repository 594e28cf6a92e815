"""The embedded PostgreSQL as the runner makes and starts it."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import pg8000.exceptions
import pg8000.native
import psutil
import pytest

from infra.local import postgres
from infra.local.failure import RunnerError
from infra.local.folder import folder_of
from infra.local.processes import record, spawn, stop
from infra.local.vault import vault
from tests.integration.local.conftest import settings_in, wait_for


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    """Settings of a server that runs, with both databases."""
    settings = settings_in(tmp_path_factory.mktemp("home") / "state")
    folder = folder_of(settings).make()
    postgres.initialise(folder)
    command = postgres.server_command(settings, folder)
    server = spawn(command, log=folder.logs / "postgres.log", env=os.environ, cwd=Path("/"))
    wait_for(lambda: postgres.is_ready(settings, folder))
    postgres.ensure_databases(settings, folder)
    yield settings, server
    stop(record(server.pid), first=signal.SIGINT, alone=True)
    server.wait(120)


def enter(settings, role, database, password=None):
    secret = password or getattr(vault(folder_of(settings)), role).password
    return pg8000.native.Connection(
        role, host="127.0.0.1", port=settings.postgres_port, password=secret, database=database
    )


def test_each_role_owns_its_database(place):
    settings, _ = place

    for role in postgres.DATABASES:
        connection = enter(settings, role, role)
        connection.run("CREATE TABLE IF NOT EXISTS mine (a int)")
        connection.close()


def test_no_role_enters_the_others_database_and_no_wrong_password_enters_at_all(place):
    settings, _ = place

    with pytest.raises(pg8000.exceptions.DatabaseError, match="permission denied"):
        enter(settings, "parlance", "tracker")
    with pytest.raises(pg8000.exceptions.DatabaseError, match="password authentication failed"):
        enter(settings, "parlance", "parlance", "wrong")


def test_it_listens_on_loopback_only_and_no_password_is_on_a_command_line(place):
    settings, server = place
    known = vault(folder_of(settings))
    passwords = [getattr(known, name).password for name in ("superuser", "parlance", "tracker")]

    listening = [c.laddr.ip for c in psutil.net_connections("tcp") if c.laddr.port == settings.postgres_port]

    assert set(listening) == {"127.0.0.1"}
    assert not [word for word in psutil.Process(server.pid).cmdline() if word in passwords]


def test_a_second_start_finds_the_databases(place):
    settings, _ = place

    assert postgres.initialise(folder_of(settings)) is False
    postgres.ensure_databases(settings, folder_of(settings))


def test_data_of_another_major_version_is_refused_in_one_sentence(tmp_path):
    folder = folder_of(settings_in(tmp_path)).make()
    folder.postgres.mkdir()
    (folder.postgres / "PG_VERSION").write_text("15\n")

    with pytest.raises(RunnerError, match="made by PostgreSQL 15 and this version brings 18"):
        postgres.initialise(folder)
