"""The API's own document, for programs and for people."""

from __future__ import annotations

from functools import cache
from typing import Any

from functions.api.answers import Answer
from functions.api.endpoint import Call, Resource

documents = Resource(__name__)

HTML = "text/html"


@documents.endpoint("GET", "/openapi.json", scope=None)
def openapi(_call: Call) -> Answer:
    """Return this document: every route with what it takes and answers."""
    return Answer(described(), headers={"Cache-Control": "public, max-age=300"})


@documents.endpoint("GET", "/docs", scope=None, gives=(HTML,))
def read_docs(_call: Call) -> Answer:
    """Return this document as a page to read."""
    from functions.api import openapi_page

    headers = {"Content-Security-Policy": openapi_page.POLICY, "Cache-Control": "public, max-age=300"}
    return Answer(openapi_page.page(described()), headers=headers, media=f"{HTML}; charset=utf-8")


@cache
def described() -> dict[str, Any]:
    """Return the document, made once in this process."""
    from functions.api.app import app
    from functions.api.openapi import document

    return document(app.routes)
