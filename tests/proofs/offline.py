"""`python -m tests.proofs.offline`: install once, then train, serve, talk and stop on a machine without a network.

Runs `make up`, `make smoke` and `make down` of an empty state folder in a network namespace that has a loopback
interface and nothing else. Needs root (or a kernel that lets a user make namespaces) and util-linux's `unshare`. Ends
with 1 when a step fails, or when the namespace turns out to reach anything but itself.
"""

from __future__ import annotations

import shutil
import socket
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.e2e.installation import Installation

INSIDE = "inside"
ALONE = ["unshare", "--net", "sh", "-c", 'ip link set lo up 2>/dev/null || ifconfig lo up; exec "$@"', "sh"]
OUTSIDE = ("192.0.2.1", 443)  # an address of RFC 5737: with a network there is at least a route to it


def main() -> int:
    """Go into a namespace of its own, then do what a user does."""
    if sys.argv[1:] == [INSIDE]:
        return live()
    return subprocess.run([*ALONE, sys.executable, "-m", "tests.proofs.offline", INSIDE], check=False).returncode


def live() -> int:
    """Bring an installation up, talk to it, take it down."""
    print(f"outside: {outside()}")
    folder = Path(tempfile.mkdtemp(prefix="parlance-offline-"))
    folder.chmod(0o711)
    home = Installation(folder / "state")
    try:
        steps = [home.make(target, **settings) for target, settings in (("up", {"DETACH": "1"}), ("smoke", {}))]
    finally:
        steps.append(home.make("down"))
        shutil.rmtree(folder, ignore_errors=True)
    print("\n".join(visible(step.text) for step in steps))
    holds = "unreachable" in outside() and not any(step.code for step in steps)
    print("holds: nothing was asked of a network" if holds else "does not hold")
    return 0 if holds else 1


def outside() -> str:
    """Say why nothing can be reached, or that something can."""
    try:
        socket.create_connection(OUTSIDE, timeout=5).close()
    except TimeoutError:
        return "there is a way out"
    except OSError as error:
        return str(error)
    return "there is a way out"


def visible(text: str) -> str:
    """Return the lines that tell something, without the first user's password."""
    return "\n".join(line for line in text.splitlines() if line.strip() and "password" not in line)


if __name__ == "__main__":
    sys.exit(main())
