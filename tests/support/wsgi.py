"""The API's handler as a WSGI application, for tools that speak nothing else."""

from __future__ import annotations

import base64
from http import HTTPStatus
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from tests.support.api import Client

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable


def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    """Answer one request."""
    from functions.api.app import app

    answer = app(event(environ), None)
    status = answer["statusCode"]
    words = HTTPStatus(status).phrase if status in HTTPStatus else "Unknown"
    start_response(f"{status} {words}", [(name, str(value)) for name, value in answer["headers"].items()])
    return [answer["body"].encode()]


def event(environ: dict[str, Any]) -> dict[str, Any]:
    """Return the event that API Gateway (REST, payload 1.0) would send."""
    body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
    path = environ.get("REQUEST_URI") or quote(environ["PATH_INFO"].encode("latin-1"))
    address = f"{path.partition('?')[0].removeprefix('/api')}?{environ.get('QUERY_STRING', '')}"
    client = Client(headers=headers(environ))
    made = client.event(environ["REQUEST_METHOD"], address, body=base64.b64encode(body).decode() if body else None)
    if not environ.get("CONTENT_TYPE"):
        made["headers"].pop("Content-Type")
    return made | {"isBase64Encoded": bool(body)}


def headers(environ: dict[str, Any]) -> dict[str, str]:
    """Return the request's headers."""
    named = {name[5:].replace("_", "-").title(): value for name, value in environ.items() if name.startswith("HTTP_")}
    return named | ({"Content-Type": environ["CONTENT_TYPE"]} if environ.get("CONTENT_TYPE") else {})
