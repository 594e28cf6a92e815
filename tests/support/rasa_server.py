"""A stand-in for Rasa production over real HTTP: it checks tokens as the `rasa:` channel does and echoes.

What real Rasa does with our tokens is tested end to end; here it is the workbench that is under test.
"""

from __future__ import annotations

import json
import threading
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

import jwt

if TYPE_CHECKING:
    from collections.abc import Iterator


@dataclass
class Rasa:
    """What it is like now, and what it was sent."""

    key: str
    has_model: bool = True
    status: int = 200
    seen: list[dict[str, Any]] = field(default_factory=list)
    """What the `rasa:` channel was sent."""
    asked: list[dict[str, Any]] = field(default_factory=list)
    """What its own HTTP API was asked: method, path, query, media and body."""
    answers: dict[str, Any] = field(default_factory=dict)
    """What its own HTTP API answers, by the end of the path; with `refusal` 500 and that message."""
    url: str = ""


@contextmanager
def serving(rasa: Rasa) -> Iterator[Rasa]:
    """Serve on a free loopback port until the block ends."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler_of(rasa))
    rasa.url = f"http://127.0.0.1:{server.server_address[1]}"
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield rasa
    finally:
        server.shutdown()
        server.server_close()


def handler_of(rasa: Rasa) -> type[BaseHTTPRequestHandler]:
    """Return the request handler of one server."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            if self.path.startswith("/conversations"):
                return self.ask()
            if self.path.startswith("/status"):
                return self.answer(200 if rasa.has_model else 409, {"model_file": "m.tar.gz", "model_id": "m1"})
            return self.answer(200, {"version": "3.6.21", "minimum_compatible_version": "3.5.0"})

        def do_POST(self) -> None:
            if not self.path.startswith("/webhooks"):
                return self.ask()
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            token = self.headers["Authorization"].removeprefix("Bearer ")
            claims = jwt.decode(token, rasa.key, algorithms=["RS256"])
            rasa.seen.append({**body, "claims": claims})
            sender = body.get("conversation_id", claims["username"])
            said = [{"recipient_id": sender, "text": f"You said {body['message']}"}] if rasa.has_model else []
            return self.answer(rasa.status, said)

        def ask(self) -> None:
            url = urlsplit(self.path)
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
            query = {name: values[0] for name, values in parse_qs(url.query).items()}
            asked = {"method": self.command, "path": url.path, "query": query, "body": body}
            rasa.asked.append({**asked, "media": self.headers.get("Content-Type")})
            if "refusal" in rasa.answers:
                return self.answer(500, {"status": "failure", "message": rasa.answers["refusal"]})
            found = (answer for ending, answer in rasa.answers.items() if url.path.endswith(ending))
            return self.answer(rasa.status, next(found, {}))

        def answer(self, status: int, body: Any) -> None:
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.end_headers()
            self.wfile.write(json.dumps(body).encode())

        def log_message(self, *_: Any) -> None:
            pass

    return Handler
