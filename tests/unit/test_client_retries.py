"""What the Python client does with an answer that says: not now."""

from __future__ import annotations

import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from parlance_client import transport
from parlance_client.errors import Refused
from parlance_client.transport import Transport


@contextmanager
def answering(*answers):
    """Give a transport to a server with these answers (status, Retry-After), and the keys of the calls that came."""
    left, seen = list(answers), []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            seen.append(self.headers["Idempotency-Key"])
            self.rfile.read(int(self.headers.get("Content-Length") or 0))
            status, wait = left.pop(0)
            self.send_response(status)
            self.send_header("Retry-After", wait)
            self.send_header("Content-Length", "2")
            self.end_headers()
            self.wfile.write(b"{}")

        def log_message(self, *_):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield Transport(f"http://127.0.0.1:{server.server_address[1]}"), seen
    finally:
        server.shutdown()
        server.server_close()


@pytest.fixture(autouse=True)
def no_pauses(monkeypatch):
    monkeypatch.setattr(transport, "PAUSES", (0.0, 0.0))


@pytest.mark.parametrize("busy", [429, 503])
def test_a_busy_server_is_asked_again_by_a_call_that_acts_once(busy):
    with answering((busy, "0"), (busy, "0"), (200, "0")) as (client, keys):
        assert client.send("POST", "/x").status == 200

    assert len(keys) == 3
    assert len(set(keys)) == 1


@pytest.mark.parametrize("answer", [(429, "600"), (503, "600"), (500, "0"), (409, "1")])
def test_what_takes_long_or_does_not_pass_is_told_at_once(answer):
    with answering(answer) as (client, keys), pytest.raises(Refused) as refused:
        client.send("POST", "/x")

    assert (refused.value.status, refused.value.retry_after) == (answer[0], float(answer[1]))
    assert len(keys) == 1


def test_a_server_that_stays_busy_is_given_up():
    with answering(*[(429, "0")] * 3) as (client, keys), pytest.raises(Refused) as refused:
        client.send("POST", "/x")

    assert (refused.value.status, len(keys)) == (429, 3)
