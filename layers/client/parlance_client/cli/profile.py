"""Where a log-in is kept between commands: one file that only its owner can read."""

from __future__ import annotations

import os
from pathlib import Path

import msgspec

from parlance_client.errors import Failed

DEFAULT_URL = "http://localhost:5002"


class LogIn(msgspec.Struct, frozen=True, kw_only=True):
    """Which installation, who, and the proof."""

    url: str
    username: str
    token: str


def place() -> Path:
    """Return the file: PARLANCE_LOGIN, else `parlance/login.json` in the user's configuration folder."""
    folder = os.environ.get("XDG_CONFIG_HOME") or Path.home() / ".config"
    return Path(os.environ.get("PARLANCE_LOGIN") or Path(folder) / "parlance" / "login.json")


def read() -> LogIn | None:
    """Return the log-in that was kept; raises Failed for a file that others can read."""
    file = place()
    if not file.exists():
        return None
    if file.stat().st_mode & 0o077:
        raise Failed(f"{file} can be read by others: run `chmod 600 {file}`, or log in again.")
    try:
        return msgspec.json.decode(file.read_bytes(), type=LogIn)
    except msgspec.MsgspecError as error:
        raise Failed(f"{file} is damaged: log in again.") from error


def keep(log_in: LogIn) -> None:
    """Write it, readable by nobody else from its first byte on."""
    file = place()
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    new = file.with_suffix(".new")
    new.unlink(missing_ok=True)
    with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as target:
        target.write(msgspec.json.encode(log_in))
    new.replace(file)


def forget() -> None:
    """Remove it."""
    place().unlink(missing_ok=True)
