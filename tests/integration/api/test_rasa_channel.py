"""Rasa's own `rasa:` channel, from the installed Rasa, takes our tokens by the key that /api/version publishes."""

from __future__ import annotations

import json
import subprocess
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from parlance.services.login import token_for
from tests.support.api import Client

PYTHON = Path(__file__).resolve().parents[3] / ".venv-rasa/bin/python"
SCRIPT = """
import asyncio, json, sys
from types import SimpleNamespace
from rasa.core.channels.rasa_chat import RasaChatInput

channel = RasaChatInput(sys.argv[1])
for call in json.load(sys.stdin):
    request = SimpleNamespace(headers={"Authorization": "Bearer " + call["token"]}, json=call["json"], args={})
    try:
        print(json.dumps(asyncio.run(channel._extract_sender(request))))
    except Exception as error:
        print(json.dumps({"refused": type(error).__name__}))
"""


@pytest.fixture
def workbench(installation):
    """The API over HTTP, as far as the channel needs it."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            reply = Client().get(self.path.removeprefix("/api"))
            self.send_response(reply.status)
            self.send_header("Content-Type", reply.headers["Content-Type"])
            self.end_headers()
            self.wfile.write(reply.text.encode())

        def log_message(self, *_):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_address[1]}/api"
    server.shutdown()
    server.server_close()


@pytest.mark.skipif(not PYTHON.exists(), reason="needs the environment of Rasa: make install")
def test_rasa_knows_the_sender_by_our_token(workbench):
    admin, guest = token_for("ada", ("admin",)), token_for("visitor", ("guest",))
    calls = [
        {"token": admin, "json": {"message": "hi"}},
        {"token": admin, "json": {"message": "hi", "conversation_id": "talk-1"}},
        {"token": guest, "json": {"message": "hi", "conversation_id": "visitor"}},
        {"token": guest, "json": {"message": "hi", "conversation_id": "talk-1"}},
        {"token": admin[:-9] + "AAAAAAAAA", "json": {"message": "hi"}},
    ]

    done = subprocess.run(
        [PYTHON, "-c", SCRIPT, workbench], input=json.dumps(calls), capture_output=True, text=True, check=True
    )

    senders = [json.loads(line) for line in done.stdout.splitlines()[-len(calls) :]]
    assert senders[:3] == ["ada", "talk-1", "visitor"]
    assert [set(sender) for sender in senders[3:]] == [{"refused"}, {"refused"}]
