"""The front door's own answers: the API's error shape for programs, a small page for people."""

from __future__ import annotations

import json

from aiohttp import web

from parlance.domain.version import VERSION

SECURITY = {
    "Content-Security-Policy": (
        "default-src 'self'; img-src 'self' data: https:; object-src 'none'; base-uri 'none'; form-action 'self';"
        " frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
    "Cross-Origin-Opener-Policy": "same-origin",
}


def secured(storage: str) -> dict[str, str]:
    """Return the headers of the UI's files; its scripts may ask `storage` too, where large answers lie."""
    policy = SECURITY["Content-Security-Policy"]
    return {**SECURITY, "Content-Security-Policy": f"{policy}; connect-src 'self' {storage}"}


WAITING = """<!doctype html><html lang="en"><meta charset="utf-8"><meta http-equiv="refresh" content="{seconds}">
<meta name="viewport" content="width=device-width, initial-scale=1"><meta name="color-scheme" content="light dark">
<title>Parlance is getting ready</title>
<body style="font: 1rem/1.5 system-ui, sans-serif; max-width: 34rem; margin: 20vh auto; padding: 0 1rem">
<h1 style="font-size: 1.4rem">{title}</h1><p>{message}</p><p>This page tries again by itself.</p></body></html>"""
RASA_WAITS = "Rasa is getting ready; that takes about half a minute. `make status` tells how it is."
DEPLOYING = "The workbench is being set up. `make up` shows how far it is."


def failure(status: int, code: str, message: str) -> web.Response:
    """Return an error in the API's one shape."""
    body: dict[str, object] = {
        "version": VERSION,
        "status": "failure",
        "message": message,
        "reason": code,
        "details": {},
        "help": None,
        "code": status,
    }
    return web.Response(status=status, text=json.dumps(body), content_type="application/json")


def waiting(request: web.Request, message: str, *, seconds: int = 5) -> web.Response:
    """Say honestly that a part is not ready yet and when to ask again."""
    if "text/html" in request.headers.get("Accept", ""):
        title = "Parlance is getting ready"
        text = WAITING.format(seconds=seconds, title=title, message=message.replace("`", ""))
        page = web.Response(status=503, text=text, content_type="text/html")
        page.headers["Content-Security-Policy"] = "default-src 'none'; style-src 'unsafe-inline'"
    else:
        page = failure(503, "Unavailable", message)
    page.headers["Retry-After"] = str(seconds)
    page.headers["Cache-Control"] = "no-store"
    return page
