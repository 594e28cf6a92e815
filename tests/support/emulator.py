"""The AWS emulator for tests: one process on a free loopback port, its files below one folder."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
import urllib.request
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from tests.support.postgres import free_port

if TYPE_CHECKING:
    from pathlib import Path

CREDENTIALS = {
    "AWS_ACCESS_KEY_ID": "test",
    "AWS_SECRET_ACCESS_KEY": "test",
    "AWS_DEFAULT_REGION": "us-east-1",
    "AWS_REGION": "us-east-1",
}


def environment(url: str) -> dict[str, str]:
    """Return what a process needs to find the emulator."""
    return {"AWS_ENDPOINT_URL": url, **CREDENTIALS}


def start(parent: Path, port: int | None = None, module: str = "ministack") -> dict[str, Any]:
    """Start one below `parent` and wait until it is ready; returns its `url` and `pid`."""
    folder = parent / "emulator"
    folder.mkdir(exist_ok=True)
    port = port or free_port()
    with (folder / "log").open("ab") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", module],
            env={**os.environ, **options(folder, port)},
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
    url = f"http://127.0.0.1:{port}"
    await_ready(url, process)
    return {"url": url, "pid": process.pid}


def options(folder: Path, port: int) -> dict[str, str]:
    """Return the emulator's settings: loopback only, nothing outside `folder`, no second listener."""
    return {
        **environment(f"http://127.0.0.1:{port}"),
        "GATEWAY_PORT": str(port),
        "BIND_HOST": "127.0.0.1",
        "IOT_MTLS_ENABLED": "0",
        "SFTP_ENABLED": "0",
        "LOG_LEVEL": "WARNING",
        "TMPDIR": str(folder),
        "S3_DATA_DIR": str(folder / "s3"),
        "STATE_DIR": str(folder / "state"),
    }


def await_ready(url: str, process: subprocess.Popen[bytes]) -> None:
    """Return when it answers; raises when it ended or took more than three minutes."""
    until = time.monotonic() + 180
    while process.poll() is None and time.monotonic() < until:
        with suppress(OSError), urllib.request.urlopen(f"{url}/_ministack/ready", timeout=1):
            return
        time.sleep(0.05)
    raise RuntimeError(f"the emulator did not start: exit code {process.poll()}")


def stop(running: dict[str, Any]) -> None:
    """End the emulator and the functions it runs (they share its process group)."""
    with suppress(ProcessLookupError):
        os.killpg(running["pid"], signal.SIGTERM)
        time.sleep(0.2)
        os.killpg(running["pid"], signal.SIGKILL)
