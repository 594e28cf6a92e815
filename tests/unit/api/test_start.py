"""What a cold start of the API loads: the heavy libraries only when a request needs them."""

from __future__ import annotations

import subprocess
import sys

HEAVY = {
    "boto3",
    "botocore",
    "sqlalchemy",
    "pg8000",
    "cryptography",
    "jwt",
    "argon2",
    "urllib3",
    "ruamel.yaml",
    "redis",
}


def test_importing_the_function_loads_no_heavy_library_and_needs_no_environment():
    code = "import functions.api.app, sys; print(*sys.modules)"

    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, env={})

    assert HEAVY & set(done.stdout.split()) == set()
