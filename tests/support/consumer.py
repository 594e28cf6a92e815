"""A consumer of its own process: takes numbered batches, says each number when it is stored."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tests.support.database import Database

ROOT = Path(__file__).parents[2]


def start(database: Database, batches: dict[int, dict[str, Any]]) -> subprocess.Popen[str]:
    """Start one that stores batches in this order, and wait until it begins; its output is the numbers stored."""
    secret = json.dumps(database.server.secret(database.name))
    with tempfile.TemporaryFile("w+") as work:
        work.writelines(json.dumps(numbered) + "\n" for numbered in batches.items())
        work.seek(0)
        process = subprocess.Popen(
            [sys.executable, __file__],
            env={**os.environ, "DATABASE_SECRET": secret, "PYTHONPATH": f"{ROOT}:{ROOT}/layers/core/python"},
            stdin=work,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    return process


def main() -> None:
    """Run until stdin ends."""
    from functions.events.app import handler
    from parlance.adapters import aws

    aws.secret = lambda name: name  # type: ignore[assignment] # the secret's name is its value
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    for line in sys.stdin:
        number, batch = json.loads(line)
        assert handler(batch, None) == {"batchItemFailures": []}
        sys.stdout.write(f"{number}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
