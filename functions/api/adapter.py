"""From API Gateway's one greedy resource to chalice's route table, and what every answer needs on its way out."""

from __future__ import annotations

import time
from typing import Any
from urllib.parse import unquote

from chalice.app import Chalice

from functions.api.answers import Answer, failure, respond
from functions.api.routes import Node, find, plant
from parlance.adapters.log import log
from parlance.domain.errors import MethodNotAllowed, NotFound
from parlance.settings import settings

EXPOSED = (
    "X-Total-Count, X-Total-Count-Is-Minimum, X-Next-Cursor, "
    "ETag, filename, Retry-After, Location, Idempotency-Replayed"
)


class ProxyApp(Chalice):
    """A Chalice app behind `/api/{proxy+}`: finds the route, answers HEAD and OPTIONS, logs one line."""

    _tree: Node | None = None

    def __call__(self, event: dict[str, Any], context: Any) -> dict[str, Any]:
        """Answer an API Gateway (REST, payload 1.0) event."""
        started = time.perf_counter()
        path, method = _path(event), event["httpMethod"]
        pattern, parameters = find(self._routes(), path)
        answer = self._answer(_routed(event, pattern, parameters), context)
        _log(event, pattern, answer["statusCode"], time.perf_counter() - started)
        answer["headers"].update(_cors(event))
        return answer | {"body": ""} if method == "HEAD" else answer

    def _routes(self) -> Node:
        self._tree = self._tree or plant(self.routes)
        return self._tree

    def _answer(self, event: dict[str, Any], context: Any) -> dict[str, Any]:
        pattern, method = event["requestContext"]["resourcePath"], event["requestContext"]["httpMethod"]
        if pattern is None:
            return _plain(_unknown(event))
        allowed = _allowed(self.routes[pattern])
        if method == "OPTIONS":
            return _plain(Answer(status=204, headers={"Allow": allowed, "Access-Control-Allow-Methods": allowed}))
        if method not in self.routes[pattern]:
            return _plain(failure(MethodNotAllowed(f"Use one of {allowed}."), Allow=allowed))
        return dict(super().__call__(event, context))


def _path(event: dict[str, Any]) -> str:
    """Fill the resource with its greedy part, so that stages and base path mappings do not matter."""
    proxy = (event.get("pathParameters") or {}).get("proxy")
    return str(event["resource"].replace("{proxy+}", proxy) if proxy is not None else event["path"])


def _routed(event: dict[str, Any], pattern: str | None, parameters: dict[str, str]) -> dict[str, Any]:
    method = "GET" if event["httpMethod"] == "HEAD" else event["httpMethod"]
    context = {**event.get("requestContext", {}), "resourcePath": pattern, "httpMethod": method}
    decoded = {name: unquote(value) for name, value in parameters.items()}
    return {**event, "requestContext": context, "pathParameters": decoded}


def _allowed(routes: dict[str, Any]) -> str:
    head = {"HEAD"} if "GET" in routes else set()
    return ", ".join(sorted({*routes, *head, "OPTIONS"}))


def _unknown(event: dict[str, Any]) -> Answer:
    """Rasa X said a plain `Not found.`; who asks for text gets it, everybody else the one error shape."""
    accepted = _header(event, "accept")
    if accepted.startswith("text/plain"):
        return Answer("Not found.", 404, media="text/plain; charset=utf-8")
    return failure(NotFound("Not found."))


def _plain(answer: Answer) -> dict[str, Any]:
    return dict(respond(answer).to_dict())


def _header(event: dict[str, Any], wanted: str) -> str:
    return next((value for name, value in (event.get("headers") or {}).items() if name.lower() == wanted), "")


def _cors(event: dict[str, Any]) -> dict[str, str]:
    """Nothing for the UI's own origin; the allow list of the settings for others."""
    origin = _header(event, "origin")
    if not origin or origin not in {allowed.strip() for allowed in settings().allowed_origins.split(",")}:
        return {"Vary": "Origin"}
    return {
        "Vary": "Origin",
        "Access-Control-Allow-Origin": origin,
        "Access-Control-Allow-Headers": "Authorization, Content-Type, If-Match, If-None-Match, Idempotency-Key",
        "Access-Control-Expose-Headers": EXPOSED,
        "Access-Control-Max-Age": "600",
    }


def _log(event: dict[str, Any], pattern: str | None, status: int, seconds: float) -> None:
    log(
        "request",
        id=event.get("requestContext", {}).get("requestId", ""),
        method=event["httpMethod"],
        route=pattern,
        status=status,
        ms=round(seconds * 1000, 1),
    )
