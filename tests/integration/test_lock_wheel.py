"""The wheel stands alone: unpacked beside Rasa, without this repository, its lock store works in Rasa's own hands."""

from __future__ import annotations

import os
import shutil
import subprocess
import zipfile
from pathlib import Path

import pytest

from tests.proofs.locks.servers import PYTHON, ROOT, Servers

ENDPOINTS = "lock_store:\n  type: parlance_rasa.locks.redis.RedisTicketLockStore\n  url: {url}\n  port: {port}\n"
PROGRAM = """
import asyncio, sys, parlance_rasa
from rasa.core.lock_store import LockStore
from rasa.core.utils import AvailableEndpoints
from parlance_rasa.turn import current_ticket

store = LockStore.create(AvailableEndpoints.read_endpoints(sys.argv[1]).lock_store)

async def talk():
    async with store.lock("me"):
        return current_ticket.get()

print(parlance_rasa.__file__, asyncio.run(talk()) < asyncio.run(talk()))
"""


@pytest.mark.skipif(not (PYTHON.exists() and shutil.which("uv")), reason="needs uv and Rasa's own environment")
def test_the_wheel_works_beside_rasa_without_the_workbench(tmp_path):
    source = tmp_path / "source"
    shutil.copytree(ROOT / "layers" / "rasa", source, ignore=shutil.ignore_patterns("tests", "__pycache__"))
    subprocess.run(
        ["uv", "build", "--wheel", "--python", PYTHON, "--out-dir", tmp_path, source], check=True, capture_output=True
    )
    (wheel,) = tmp_path.glob("parlance_rasa-*-py3-none-any.whl")
    site = tmp_path / "site"
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(site)

    with Servers() as servers:
        place = servers.options("redis")
        endpoints = tmp_path / "endpoints.yml"
        endpoints.write_text(ENDPOINTS.format(**place))
        told = subprocess.run(
            [PYTHON, "-W", "ignore", "-c", PROGRAM, endpoints],
            cwd=tmp_path,
            env={**os.environ, "PYTHONPATH": str(site)},
            capture_output=True,
            text=True,
            check=True,
        ).stdout.split()

    assert Path(told[0]).is_relative_to(site)
    assert told[1] == "True"
