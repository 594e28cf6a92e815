"""What holds for every route, also for those that do not exist yet."""

from __future__ import annotations

import inspect
import re

import pytest

from infra.api_docs import DOCUMENT, PAGE, document, endpoints, page
from infra.api_notes import NOTES
from parlance.domain.permissions import CATEGORIES, ROLES, SERVICE_SCOPES, scopes_of
from tests.support.api import Client
from tests.support.installation import SERVICE_TOKEN, logged_in

OPEN = {
    "GET /api/auth/providers",
    "GET /api/auth/oidc/login",
    "GET /api/auth/oidc/callback",
    "GET /api/openapi.json",
    "GET /api/docs",
    "POST /api/auth",
    "POST /api/auth/jwt",
    "POST /api/environments/{environment}/wake",
    "GET /api/features",
    "GET /api/health",
    "GET /api/version",
}
ROUTES = {f"{spec.method} {spec.path}": spec for spec in endpoints()}
GUARDED = sorted(ROUTES.keys() - OPEN)
ALL_SCOPES = {scope for parts in CATEGORIES.values() for scopes in parts.values() for scope in scopes}


def filled(path: str) -> str:
    """The path below /api with something that does not exist in every gap."""
    return re.sub(r"{\w+}", "nothing", path).removeprefix("/api")


def test_only_these_routes_are_open_to_everybody():
    assert {name for name, spec in ROUTES.items() if spec.scope is None} == OPEN


@pytest.mark.parametrize("name", GUARDED)
def test_every_permission_stands_in_the_one_table(name):
    spec = ROUTES[name]

    assert spec.scope in (SERVICE_SCOPES if spec.accepts == {"service"} else ALL_SCOPES)


@pytest.mark.parametrize("name", GUARDED)
def test_nobody_gets_in_without_proof(installation, name):
    method, path = name.split()

    assert Client().send(method, filled(path)).status == 401


@pytest.mark.parametrize("role", sorted(ROLES))
def test_a_role_without_the_permission_is_refused_everywhere(installation, role):
    client = logged_in(f"one-{role}", role)
    refused = [name for name in GUARDED if ROUTES[name].scope not in scopes_of((role,))]

    answers = {name: client.send(name.split()[0], filled(name.split()[1])).status for name in refused}

    assert set(answers.values()) <= ({403} if answers else set()) | {401 for name in refused if only_service(name)}


def only_service(name: str) -> bool:
    return ROUTES[name].accepts == {"service"}


def test_the_service_token_opens_only_marked_calls(installation):
    unmarked = [name for name in GUARDED if "service" not in ROUTES[name].accepts]

    answers = {Client().send(*at(name, f"?token={SERVICE_TOKEN}")).status for name in unmarked}

    assert answers == {401}


def at(name: str, query: str) -> tuple[str, str]:
    method, path = name.split()
    return method, filled(path) + query


def test_nothing_that_is_not_there_makes_a_500(installation):
    admin = logged_in("root", "admin")

    for name in GUARDED:
        reply = admin.send(*at(name, ""), json={})
        assert reply.status != 500, name
        assert reply.status < 400 or reply.json["status"] == "failure", name


def test_bodies_that_are_too_large_or_of_another_type_are_refused_everywhere(installation):
    admin = logged_in("root", "admin")
    taking = {name: spec for name, spec in ROUTES.items() if spec.body}

    for name, spec in taking.items():
        path, proof = at(name, f"?token={SERVICE_TOKEN}")[1], Client() if only_service(name) else admin
        large = proof.send(spec.method, path, body="x" * (spec.limit + 1), headers={"Content-Type": spec.media[0]})
        strange = proof.send(spec.method, path, body="x", headers={"Content-Type": "application/x-strange"})
        assert (large.status, strange.status) == (413, 415), name
        assert (large.json["reason"], strange.json["reason"]) == ("TooLarge", "UnsupportedMediaType"), name
        assert str(spec.limit) in large.json["message"]
        assert spec.media[0] in strange.json["message"]


@pytest.mark.parametrize("name", ROUTES)
def test_a_view_takes_what_its_route_promises(name):
    from functions.api.app import app

    spec = ROUTES[name]
    view = inspect.unwrap(app.routes[spec.path][spec.method].view_function)
    expected = re.findall(r"{(\w+)}", spec.path) + ["body"] * bool(spec.body) + ["query"] * bool(spec.query)

    assert sorted(list(inspect.signature(view).parameters)[1:]) == sorted(expected)
    assert spec.summary


def test_patterns_of_one_shape_have_the_same_names():
    shapes: dict[str, str] = {}
    for spec in ROUTES.values():
        assert shapes.setdefault(re.sub(r"{\w+}", "{}", spec.path), spec.path) == spec.path


def test_the_page_is_current():
    assert PAGE.read_text() == page(PAGE.read_text()), "run .venv/bin/python -m infra.api_docs"


def test_the_document_is_current():
    assert DOCUMENT.read_text() == document(), "run .venv/bin/python -m infra.api_docs"


def test_notes_are_about_routes_that_exist():
    assert NOTES.keys() <= ROUTES.keys()
