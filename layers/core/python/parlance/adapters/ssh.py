"""How ssh is called: one key, one list of known hosts, no questions; and what a host shows before it is known."""

from __future__ import annotations

import base64
import hashlib
import subprocess
from typing import TYPE_CHECKING

from parlance.domain.errors import Unavailable

if TYPE_CHECKING:
    from pathlib import Path

    from parlance.domain.git import Address

OPTIONS = {
    "StrictHostKeyChecking": "yes",
    "GlobalKnownHostsFile": "/dev/null",
    "UpdateHostKeys": "no",
    "IdentitiesOnly": "yes",
    "IdentityAgent": "none",
    "BatchMode": "yes",
    "PasswordAuthentication": "no",
    "ConnectTimeout": "15",
    "ServerAliveInterval": "15",
    "LogLevel": "ERROR",
}


def command(key: Path, known_hosts: Path) -> list[str]:
    """Return ssh with its options; nobody's configuration is read."""
    options = OPTIONS | {"UserKnownHostsFile": str(known_hosts)}
    return ["ssh", "-F", "none", "-i", str(key), *(word for pair in options.items() for word in ("-o", "=".join(pair)))]


def shown_keys(address: Address) -> list[dict[str, str]]:
    """Return the keys that a host shows to anybody: for people to compare, never to be trusted by itself."""
    port = ["-p", str(address.port)] if address.port else []
    asked = ["ssh-keyscan", "-T", "10", *port, "--", address.host]
    found = subprocess.run(asked, capture_output=True, timeout=60, check=False).stdout.decode(errors="replace")
    lines = sorted(line for line in found.splitlines() if line and not line.startswith("#"))
    if not lines:
        raise Unavailable("The git server does not answer.", code="RemoteUnreachable")
    return [{"type": line.split()[1], "fingerprint": fingerprint(line.split()[2]), "line": line} for line in lines]


def fingerprint(key: str) -> str:
    """Return a public key's SHA256 as ssh prints it."""
    digest = hashlib.sha256(base64.b64decode(key)).digest()
    return "SHA256:" + base64.b64encode(digest).decode().rstrip("=")
