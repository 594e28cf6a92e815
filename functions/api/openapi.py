"""The API's document (OpenAPI 3.1), made from the routes and the structs that they promise."""

from __future__ import annotations

import inspect
import re
from collections import Counter
from typing import TYPE_CHECKING, Any, NamedTuple, get_args, get_origin

import msgspec

from functions.api.answers import JSON
from functions.api.openapi_errors import errors_of, failures
from parlance.domain import shapes
from parlance.domain.version import VERSION

if TYPE_CHECKING:
    from collections.abc import Iterator

    from functions.api.endpoint import Endpoint

REF = "#/components/schemas/{name}"
PROOFS = {"jwt": "bearer", "api_token": "apiToken", "service": "serviceToken"}
SCHEMES = {
    "bearer": {
        "type": "http",
        "scheme": "bearer",
        "bearerFormat": "JWT",
        "description": "From POST /api/auth; 8 hours.",
    },
    "apiToken": {"type": "apiKey", "in": "query", "name": "api_token", "description": "A user's own, for programs."},
    "serviceToken": {"type": "apiKey", "in": "query", "name": "token", "description": "What Rasa servers carry."},
}
ABOUT = (
    "The open, serverless workbench for assistants on Rasa Open Source. The API answers what Rasa X answered;"
    " docs/api.md says where it differs. Lists are bare arrays with their whole count in `X-Total-Count`;"
    " unknown fields and parameters are ignored."
)
INSTANT = {"anyOf": [{"type": "number"}, {"type": "string", "format": "date-time"}]}
"""A time in a query: unix seconds, or ISO-8601 (without a zone: UTC)."""
KEY = {
    "name": "Idempotency-Key",
    "in": "header",
    "description": "However often and however parallel the call is sent with it, it acts once.",
    "schema": {"type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[ -~]+$"},
}
MATCH = {
    "name": "If-Match",
    "in": "header",
    "description": "The `ETag` of what was read: when somebody else has changed it meanwhile, this change is refused.",
    "schema": {"type": "string", "maxLength": 255, "pattern": "^[ -~]*$"},
}
TAG = {"ETag": {"schema": {"type": "string"}, "description": "For `If-Match`."}}
FILES = ("application/zip", "application/octet-stream", "application/gzip")
TEXTS = (*FILES, "text/plain", "text/html", "text/markdown", "text/vnd.graphviz", "application/x-ndjson")
"""What no schema describes; YAML is read as what it means."""


class Route(NamedTuple):
    """One method of one path; `tag` is its resource, and an old name of the same view is deprecated."""

    spec: Endpoint
    name: str
    tag: str
    is_deprecated: bool


class Schemas:
    """JSON Schemas of all types that the routes name."""

    def __init__(self, specs: list[Endpoint]) -> None:
        """Make all at once, so that types of one name are told apart."""
        types = [
            kind
            for spec in specs
            for kind in (spec.query, spec.body, spec.answer, *spec.answers.values())
            if kind not in {None, bytes}
        ]
        made, self.components = msgspec.json.schema_components([*types, shapes.Error], ref_template=REF)
        self._made = list(zip(types, made, strict=False))

    def of(self, kind: Any) -> dict[str, Any]:
        """Return a type's schema, mostly a reference."""
        return dict(next(schema for one, schema in self._made if one is kind or one == kind))

    def properties(self, kind: Any) -> dict[str, Any]:
        """Return a struct's fields and take it out of the components: it is told as parameters."""
        return dict(self.components[self.of(kind)["$ref"].rpartition("/")[2]]["properties"])


def document(routes: dict[str, dict[str, Any]]) -> dict[str, Any]:
    """Return the document of chalice's routes."""
    found = list(_routes(routes))
    schemas = Schemas([route.spec for route in found])
    paths: dict[str, Any] = {}
    for route in found:
        paths.setdefault(route.spec.path, {})[route.spec.method.lower()] = operation(route, schemas)
    queries = {schemas.of(route.spec.query)["$ref"].rpartition("/")[2] for route in found if route.spec.query}
    components = {name: schema for name, schema in sorted(schemas.components.items()) if name not in queries}
    return {
        "openapi": "3.1.0",
        "info": {"title": "Parlance", "version": VERSION, "description": ABOUT, "license": {"name": "Apache-2.0"}},
        "servers": [{"url": "/"}],
        "tags": [{"name": tag} for tag in sorted({route.tag for route in found})],
        "paths": dict(sorted(paths.items())),
        "components": {"schemas": components, "responses": failures(), "securitySchemes": SCHEMES},
    }


def _routes(routes: dict[str, dict[str, Any]]) -> Iterator[Route]:
    entries = [entry.view_function for ways in routes.values() for entry in ways.values()]
    main: dict[Any, Endpoint] = {}
    for served in entries:
        main.setdefault(inspect.unwrap(served), served.endpoint)
    uses = Counter(view.__name__ for view in main)
    for served in entries:
        view = inspect.unwrap(served)
        tag = view.__module__.rpartition(".")[2]
        name = view.__name__ if uses[view.__name__] == 1 else f"{tag}_{view.__name__}"
        is_old = main[view] is not served.endpoint
        words = re.findall(r"\w+", served.endpoint.path.removeprefix("/api/"))
        yield Route(
            served.endpoint, "_".join([name, "at", *words] if is_old else [name]), tag.replace("_", " "), is_old
        )


def operation(route: Route, schemas: Schemas) -> dict[str, Any]:
    """Return one method of one path."""
    spec = route.spec
    told: dict[str, Any] = {
        "operationId": route.name,
        "summary": spec.summary,
        "tags": [route.tag],
        "parameters": [*_path(spec), *_query(spec, schemas), *_headers(spec)],
        "responses": {**successes(spec, schemas), **errors_of(spec)},
        "security": [{PROOFS[kind]: [spec.scope]} for kind in PROOFS if kind in spec.accepts] if spec.scope else [],
    }
    if spec.body:
        told["requestBody"] = body(spec, schemas)
    if route.is_deprecated:
        told["deprecated"] = True
    return told


def _headers(spec: Endpoint) -> list[dict[str, Any]]:
    return [*([KEY] if spec.is_change else []), *([MATCH] if spec.version else [])]


def _path(spec: Endpoint) -> list[dict[str, Any]]:
    text = {"type": "string", "minLength": 1}
    return [
        {"name": name, "in": "path", "required": True, "schema": text} for name in re.findall(r"{(\w+)}", spec.path)
    ]


def _query(spec: Endpoint, schemas: Schemas) -> list[dict[str, Any]]:
    fields = schemas.properties(spec.query) if spec.query else {}
    return [_parameter(name, schema) for name, schema in fields.items()]


def _parameter(name: str, schema: dict[str, Any]) -> dict[str, Any]:
    choices = [one for one in schema.get("anyOf", [schema]) if one.get("type") != "null"]
    plain = {**choices[0], **({"default": schema["default"]} if schema.get("default") not in (None, "", []) else {})}
    told: dict[str, Any] = {"name": name, "in": "query", "schema": plain}
    if "ISO-8601" in plain.get("description", ""):
        told |= {"schema": INSTANT, "description": plain["description"]}
    if plain.get("type") == "array":
        told |= {"style": "form", "explode": False}
    return told


def body(spec: Endpoint, schemas: Schemas) -> dict[str, Any]:
    """Return what a call takes."""
    schema = None if spec.body is bytes else schemas.of(spec.body)
    return {
        "required": type(None) not in get_args(spec.body),
        "description": f"At most {spec.limit:,} bytes.",
        "content": {media: {"schema": _raw(media) if schema is None else schema} for media in spec.media},
    }


def _raw(media: str) -> dict[str, Any]:
    if media == "multipart/form-data":
        return {"type": "object", "properties": {"model": {"type": "string", "format": "binary"}}}
    if media in TEXTS:
        return {"type": "string", **({"format": "binary"} if media in FILES else {})}
    return {}


LARGE = {
    "description": "Done; the answer is larger than a function may give, and lies in storage for some minutes.",
    "headers": {"Location": {"schema": {"type": "string", "format": "uri"}}},
}


BARE = {"description": "Done by a call with `If-Match`; the answer is larger than a function may give: read it by GET."}


def successes(spec: Endpoint, schemas: Schemas) -> dict[str, Any]:
    """Return the answers of calls that did what they should."""
    statuses = spec.status if isinstance(spec.status, tuple) else (spec.status,)
    large = {"303": LARGE} if set(statuses) - {204, 302} else {}
    bare = {"204": BARE} if large and spec.version else {}
    return {**bare, **{str(status): _success(status, spec, schemas) for status in statuses}, **large}


def _success(status: int, spec: Endpoint, schemas: Schemas) -> dict[str, Any]:
    if status == 204:  # noqa: PLR2004  the words below say what it is
        return {"description": "Done; there is nothing to say."}
    if status == 302:  # noqa: PLR2004  the words below say what it is
        where = {"Location": {"schema": {"type": "string", "format": "uri"}}}
        return {"description": "It is there, for some minutes, for whoever has the address.", "headers": where}
    answer = schemas.of(spec.answers.get(status, spec.answer))
    content = {media: {"schema": answer if media == JSON else _raw(media)} for media in spec.gives}
    count = {"X-Total-Count": {"schema": {"type": "integer", "minimum": 0}, "description": "Of the whole list."}}
    headers = {**(count if _is_page(spec) else {}), **(TAG if spec.tagged else {})}
    return {"description": "Done.", "content": content, **({"headers": headers} if headers else {})}


def _is_page(spec: Endpoint) -> bool:
    return spec.method == "GET" and get_origin(spec.answer) is list
