"""The UI's bundle and the API's handler behind one loopback address, as the front door puts them together."""

from __future__ import annotations

import mimetypes
import sys
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urlsplit

from infra.local.front_door.answers import SECURITY
from tests.support.api import Client
from tests.support.screens import Screens, listening

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


class Server(ThreadingHTTPServer):
    """Many connections; the handler takes one request at a time, as a Lambda does."""

    daemon_threads = True

    def __init__(self, bundle: Path, screens: Screens) -> None:
        """Listen on any free port."""
        super().__init__(("127.0.0.1", 0), Exchange)
        self.bundle, self.screens, self.turn = bundle, screens, threading.Lock()
        self.is_away = False

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A browser that went away is nobody's error; all else is."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)

    @property
    def url(self) -> str:
        """Its address."""
        return f"http://127.0.0.1:{self.server_port}"


class Exchange(BaseHTTPRequestHandler):
    """One request."""

    protocol_version = "HTTP/1.1"
    server: Server

    def answer(self) -> None:
        """Give it to the API or to the bundle; hang up while the server plays dead."""
        if self.server.is_away:
            self.close_connection = True
        elif self.path == "/api/ws":
            self.server.screens.serve(self)
        elif self.path.startswith("/api/"):
            self.api()
        else:
            self.page()

    do_GET = do_HEAD = do_POST = do_PUT = do_DELETE = do_OPTIONS = answer  # noqa: N815  http.server looks for these names

    def api(self) -> None:
        """Call the handler in this process."""
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        path, client = self.path.removeprefix("/api"), Client(headers=dict(self.headers.items()))
        with self.server.turn:
            reply = client.send(self.command, path, body=body or None)
        self.send(reply.status, reply.headers, reply.text.encode())

    def page(self) -> None:
        """Serve a file; a path that is none is a screen of the UI."""
        name = unquote(urlsplit(self.path).path).lstrip("/")
        is_file = name.startswith("assets/") or name == "index.html"
        file = self.server.bundle / (name if is_file else "index.html")
        kind = mimetypes.guess_type(file.name)[0] or "application/octet-stream"
        self.send(200, {**SECURITY, "Content-Type": kind}, file.read_bytes())

    def send(self, status: int, headers: dict[str, str], body: bytes) -> None:
        """Write an answer."""
        self.send_response(status)
        for name, value in {**headers, "Content-Length": str(len(body))}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_args: Any) -> None:
        """Say nothing."""


@contextmanager
def serving(bundle: Path) -> Iterator[Server]:
    """Serve until the block ends."""
    with listening() as screens, running(Server(bundle, screens)) as server:
        yield server


@contextmanager
def running(server: Server) -> Iterator[Server]:
    """Answer requests until the block ends."""
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.is_away = True
        with server.turn:  # what is under way still needs its database
            server.shutdown()
        server.server_close()
