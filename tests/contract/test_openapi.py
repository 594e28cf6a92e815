"""The API describes itself: for programs as OpenAPI 3.1, for people as a page that needs nothing but itself."""

from __future__ import annotations

import base64
import hashlib
import inspect
import json
import re

import pytest
from schemathesis import openapi

from functions.api.documents import described
from infra.api_docs import endpoints
from tests.support.api import Client


def operations():
    return [way for ways in described()["paths"].values() for way in ways.values()]


def test_the_document_is_served_and_valid(installation):
    reply = Client().get("/openapi.json")

    assert reply.status == 200
    assert reply.json == json.loads(json.dumps(described()))
    assert openapi.from_dict(reply.json).validate() is None


def test_every_operation_has_a_name_of_its_own_and_says_what_it_needs():
    names = [way["operationId"] for way in operations()]

    assert len(names) == len(set(names))
    assert all(re.fullmatch(r"\w+", name) for name in names)
    for way in operations():
        assert way["summary"]
        assert all(scopes for proof in way["security"] for scopes in proof.values())


@pytest.mark.parametrize("spec", endpoints(), ids=lambda spec: f"{spec.method} {spec.path}")
def test_a_route_promises_the_status_that_its_view_answers(spec):
    """In the views' own words: `return NO_CONTENT`, `return Answer(..., 201)`."""
    from functions.api.app import app

    view = inspect.getsource(inspect.unwrap(app.routes[spec.path][spec.method].view_function))
    said = {int(status) for status in re.findall(r"return Answer\(.*, (20[12])\)\n", view)}
    said |= {204} if "return NO_CONTENT\n" in view else set()

    assert said <= set(spec.status if isinstance(spec.status, tuple) else (spec.status,)), (
        "promise status= in its decorator"
    )


def test_an_old_name_is_marked_and_the_new_one_is_not():
    paths = described()["paths"]

    assert paths["/api/templates"]["get"]["deprecated"]
    assert "deprecated" not in paths["/api/responses"]["get"]


def test_the_page_names_every_operation_and_loads_nothing(installation):
    reply = Client().get("/docs")
    (style,) = re.findall(r"<style>(.*?)</style>", reply.text, re.DOTALL)
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()

    assert reply.headers["Content-Type"].startswith("text/html")
    assert f"style-src 'sha256-{digest}'" in reply.headers["Content-Security-Policy"]
    assert "default-src 'none'" in reply.headers["Content-Security-Policy"]
    assert not re.findall(r"<script|<link|<img| style=|https?://", reply.text)
    assert all(f'id="{way["operationId"]}"' in reply.text for way in operations())
