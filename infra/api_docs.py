"""Writes the tables in docs/api.md and docs/openapi.json from the routes themselves: `python -m infra.api_docs`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from functions.api import openapi
from functions.api.app import app
from infra.api_notes import NOTES
from parlance.domain.permissions import CATEGORIES, ROLES, scopes_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from functions.api.endpoint import Endpoint

DOCUMENT = Path(__file__).resolve().parent.parent / "docs/openapi.json"
PAGE = Path(__file__).resolve().parent.parent / "docs/api.md"
METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE"]
PROOFS = {"jwt": "J", "api_token": "A", "service": "X"}


def endpoints() -> list[Endpoint]:
    """Return every route's promises, by path and method."""
    views: list[Any] = [entry.view_function for ways in app.routes.values() for entry in ways.values()]
    return sorted((view.endpoint for view in views), key=lambda spec: (spec.path, METHODS.index(spec.method)))


def routes() -> Iterator[str]:
    """Yield the lines of the table of routes."""
    yield "| Method, path | What | Proof | Permission | Compared with Rasa X |"
    yield "|---|---|---|---|---|"
    for spec in endpoints():
        proof = "none" if spec.scope is None else " ".join(PROOFS[kind] for kind in PROOFS if kind in spec.accepts)
        scope = f"`{spec.scope}`" if spec.scope else "none"
        note = NOTES.get(f"{spec.method} {spec.path}", "same")
        yield f"| `{spec.method} {spec.path}` | {spec.summary} | {proof} | {scope} | {note} |"


def roles() -> Iterator[str]:
    """Yield the lines of the matrix of roles."""
    yield f"| Permissions | {' | '.join(ROLES)} |"
    yield f"|---|{'---|' * len(ROLES)}"
    for category, parts in CATEGORIES.items():
        for level, scopes in parts.items():
            marks = ["yes" if scopes and set(scopes) <= scopes_of((role,)) else "" for role in ROLES]
            yield f"| {category}: {level} | {' | '.join(marks)} |"


def page(text: str) -> str:
    """Return the page with its generated sections renewed."""
    for name, lines in {"routes": routes(), "roles": roles()}.items():
        section = "\n".join([f"<!-- {name} -->", *lines, f"<!-- end of {name} -->"])
        start, end = text.index(f"<!-- {name} -->"), text.index(f"<!-- end of {name} -->")
        text = text[:start] + section + text[end + len(f"<!-- end of {name} -->") :]
    return text


def document() -> str:
    """Return the API's document as it is kept: a line a thing, so that changes are read easily."""
    return json.dumps(openapi.document(app.routes), indent=1, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    DOCUMENT.write_text(document())
    PAGE.write_text(page(PAGE.read_text()))
