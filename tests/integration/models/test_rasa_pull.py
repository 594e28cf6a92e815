"""Rasa's own code pulls from our model server: the code that `models: url` in endpoints.yml runs, unchanged."""

from __future__ import annotations

import hashlib
import json
import subprocess
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from parlance.domain.jobs import TrainOptions
from parlance.services.jobs import start_training
from tests.integration.models.conftest import Workbench, deliver, model_file, says
from tests.support.api import Client
from tests.support.installation import SERVICE_TOKEN

if TYPE_CHECKING:
    from collections.abc import Iterator

RASA = Path(__file__).parents[3] / ".venv-rasa" / "bin" / "python"
PULL = """
import asyncio, hashlib, json, os, sys, tempfile
from rasa.core.agent import Agent, _pull_model_and_fingerprint
from rasa.utils.endpoints import EndpointConfig

async def pull(server, fingerprint):
    with tempfile.TemporaryDirectory() as folder:
        new = await _pull_model_and_fingerprint(server, fingerprint, folder)
        files = [open(os.path.join(folder, name), "rb").read() for name in sorted(os.listdir(folder))]
    return {"fingerprint": new, "md5": [hashlib.md5(content).hexdigest() for content in files]}

async def main():
    for line in sys.stdin:
        url, token, fingerprint = json.loads(line)
        known = Agent().fingerprint if fingerprint is None else fingerprint
        print("PULLED " + json.dumps(await pull(EndpointConfig(url, token=token), known)), flush=True)

asyncio.run(main())
"""


class Handler(BaseHTTPRequestHandler):
    """HTTP to the API's handler and back, as API Gateway does it."""

    def do_GET(self) -> None:
        path = self.path.removeprefix("/api")
        reply = Client().get(path, headers=dict(self.headers.items()))
        self.server.statuses.append(reply.status)
        self.send_response(reply.status)
        for name, value in reply.headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(reply.text)))
        self.end_headers()
        self.wfile.write(reply.text.encode())

    def log_message(self, *_: Any) -> None:
        """Say nothing."""


class Server(ThreadingHTTPServer):
    """Remembers what it answered."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.statuses: list[int] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"


@contextmanager
def served() -> Iterator[Server]:
    with Server() as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server
        server.shutdown()


class Rasa:
    """One process of Rasa's environment that pulls when told to."""

    def __init__(self) -> None:
        self.process = subprocess.Popen(
            [RASA, "-W", "ignore", "-c", PULL], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )

    def pull(self, url: str, token: str, fingerprint: str | None) -> dict[str, Any]:
        self.process.stdin.write(json.dumps([url, token, fingerprint]) + "\n")
        self.process.stdin.flush()
        while line := self.process.stdout.readline():
            if line.startswith("PULLED "):
                return dict(json.loads(line.removeprefix("PULLED ")))
        raise AssertionError(f"Rasa's process ended: {self.process.wait()}")

    def close(self) -> None:
        self.process.stdin.close()
        self.process.wait(120)


def trained(bench: Workbench, name: str) -> str:
    """Train a model, tag it production and return the MD5 of its file."""
    job, body = start_training(TrainOptions(promote=True, force=True), "ada"), model_file(padding=300_000)
    bench.finish(job.id, body)
    result = {"name": name, "rasa_version": "3.6.21", "trained_at": "2026-11-22T10:00:00Z"}
    deliver(says(job.id, "succeeded", 1, result=result))
    return hashlib.md5(body).hexdigest()


@pytest.mark.skipif(not RASA.exists(), reason="Rasa's environment is not installed: make install")
def test_unchanged_rasa_gets_news_and_nothing_else(imported: Workbench) -> None:
    rasa = Rasa()
    with served() as server:
        url = f"{server.url}/api/projects/default/models/tags/production"
        nothing = rasa.pull(url, SERVICE_TOKEN, None)
        first = trained(imported, "first")
        new = rasa.pull(url, SERVICE_TOKEN, None)
        unchanged = rasa.pull(url, SERVICE_TOKEN, new["fingerprint"])
        second = trained(imported, "second")
        newer = rasa.pull(url, SERVICE_TOKEN, new["fingerprint"])
        forged = rasa.pull(url, "not the token", newer["fingerprint"])
    rasa.close()

    assert server.statuses == [404, 302, 204, 302, 401]
    assert nothing == unchanged == forged == {"fingerprint": None, "md5": []}
    assert new == {"fingerprint": f'"{first}"', "md5": [first]}
    assert newer == {"fingerprint": f'"{second}"', "md5": [second]}
