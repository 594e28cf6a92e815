"""A client of the API's handler: requests go in as API Gateway events, answers come back decoded."""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlsplit

import msgspec


@dataclass(frozen=True)
class Reply:
    """An answer as a client sees it."""

    status: int
    headers: dict[str, str]
    text: str

    @property
    def json(self) -> Any:
        """The decoded body."""
        return msgspec.json.decode(self.text)

    @property
    def total(self) -> int:
        """The whole list's length."""
        return int(self.headers["X-Total-Count"])


@dataclass
class Client:
    """Calls the handler in this process; `token` goes along as a bearer token."""

    token: str = ""
    headers: dict[str, str] = field(default_factory=dict)
    address: str = "203.0.113.7"

    def get(self, path: str, **options: Any) -> Reply:
        """Send a GET request."""
        return self.send("GET", path, **options)

    def post(self, path: str, json: Any = None, **options: Any) -> Reply:
        """Send a POST request with a JSON body."""
        return self.send("POST", path, json=json, **options)

    def put(self, path: str, json: Any = None, **options: Any) -> Reply:
        """Send a PUT request with a JSON body."""
        return self.send("PUT", path, json=json, **options)

    def delete(self, path: str, **options: Any) -> Reply:
        """Send a DELETE request."""
        return self.send("DELETE", path, **options)

    def send(self, method: str, path: str, **options: Any) -> Reply:
        """Send any request: `json` or `body`, and `headers`; `path` is below /api and may carry a query."""
        from functions.api.app import app

        event = self.event(method, path, **options)
        answer = app(event, None)
        reply = Reply(answer["statusCode"], answer["headers"], answer["body"])
        hold_to_promise(app, event, reply)
        return reply

    def event(
        self,
        method: str,
        path: str,
        *,
        json: Any = None,
        body: str | bytes | None = None,
        headers: dict[str, str] | None = None,
    ) -> dict[str, Any]:
        """Return the event that API Gateway (REST, payload 1.0) would send."""
        url = urlsplit(path)
        return {
            "resource": "/api/{proxy+}",
            "path": f"/api{url.path}",
            "httpMethod": method,
            "headers": self._headers(headers or {}),
            "multiValueQueryStringParameters": parse_qs(url.query, keep_blank_values=True) or None,
            "pathParameters": {"proxy": url.path.lstrip("/")},
            "stageVariables": None,
            "requestContext": {"requestId": "test", "identity": {"sourceIp": self.address}, "httpMethod": method},
            "body": _text(body) if json is None else _dumps(json),
            "isBase64Encoded": isinstance(body, bytes),
        }

    def _headers(self, more: dict[str, str]) -> dict[str, str]:
        bearer = {"Authorization": f"Bearer {self.token}"} if self.token else {}
        return {"Content-Type": "application/json", **bearer, **self.headers, **more}


def hold_to_promise(app: Any, event: dict[str, Any], reply: Reply) -> None:
    """Fail where a JSON answer is not of the type that its route promises, in whichever test that comes up."""
    from functions.api.routes import find

    pattern, _ = find(app._routes(), event["path"])
    method, asked = event["httpMethod"], str(event["multiValueQueryStringParameters"])
    is_json = reply.text and str(reply.headers.get("Content-Type", "")).startswith("application/json")
    if pattern is None or method not in app.routes[pattern] or not (200 <= reply.status < 300 and is_json):
        return
    spec = app.routes[pattern][method].view_function.endpoint
    if "fields[" not in asked and not reply.text.startswith('{"url"'):
        msgspec.json.decode(reply.text, type=spec.answers.get(reply.status, spec.answer))


def _text(body: str | bytes | None) -> str | None:
    """API Gateway hands bytes over in base64."""
    return base64.b64encode(body).decode() if isinstance(body, bytes) else body


def _dumps(value: Any) -> str:
    return json.dumps(value)
