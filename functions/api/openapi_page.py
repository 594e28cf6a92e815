"""The API's document as one plain page: no script, no font, nothing from elsewhere."""

from __future__ import annotations

import base64
import hashlib
import json
from html import escape
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

STYLE = """
:root { color-scheme: light dark; --line: light-dark(#d9dce3, #343a46); --soft: light-dark(#5b6472, #a3acba);
  --code: light-dark(#f4f5f8, #1d212a); --accent: light-dark(#2448c4, #93aaff) }
body { font: 15px/1.5 system-ui, sans-serif; max-width: 66rem; margin: 0 auto; padding: 2rem 1rem 6rem;
  background: light-dark(#fff, #14171d); color: light-dark(#1b1f27, #e7eaf0) }
a { color: var(--accent) } h2 { margin: 2.5rem 0 .5rem; text-transform: capitalize }
nav { columns: 4 10rem } nav a { display: block; text-transform: capitalize; padding: .15rem 0 }
code, pre, summary b { font-family: ui-monospace, monospace; font-size: .92em } pre { background: var(--code);
  padding: .75rem; overflow: auto; border-radius: 6px } details { border-bottom: 1px solid var(--line) }
summary { padding: .5rem .25rem; cursor: pointer } summary b { display: inline-block; min-width: 4.5rem;
  color: var(--accent) } summary span, p.soft { color: var(--soft) } details > div { padding: 0 .25rem 1rem }
summary:focus-visible, a:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px }
table { border-collapse: collapse; width: 100% } td, th { text-align: left; padding: .3rem .75rem .3rem 0;
  border-top: 1px solid var(--line); vertical-align: top } del { color: var(--soft) }
"""
POLICY = (
    "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'; style-src 'sha256-"
    f"{base64.b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()}'"
)


def page(document: dict[str, Any]) -> str:
    """Return the whole page."""
    return "\n".join(_page(document))


def _page(document: dict[str, Any]) -> Iterator[str]:
    info = document["info"]
    yield '<!doctype html><html lang="en"><head><meta charset="utf-8">'
    yield '<meta name="viewport" content="width=device-width"><title>Parlance: the HTTP API</title>'
    yield f"<style>{STYLE}</style></head><body><main><h1>The HTTP API of {info['title']} {info['version']}</h1>"
    yield f"<p>{_prose(info['description'])}</p>"
    yield '<p>For programs: <a href="openapi.json">openapi.json</a> (OpenAPI 3.1).</p><nav aria-label="Parts">'
    tags = [tag["name"] for tag in document["tags"]]
    yield from (f'<a href="#{_anchor(tag)}">{escape(tag)}</a>' for tag in tags)
    yield '<a href="#schemas">Objects</a></nav>'
    for tag in tags:
        yield f'<h2 id="{_anchor(tag)}">{escape(tag)}</h2>'
        yield from _operations(document, tag)
    yield '<h2 id="schemas">Objects</h2>'
    for name, schema in document["components"]["schemas"].items():
        yield f'<details id="{escape(name)}"><summary><code>{escape(name)}</code> '
        yield f"<span>{_prose(schema.get('description', ''))}</span></summary>{_code(schema)}</details>"
    yield "</main></body></html>"


def _operations(document: dict[str, Any], tag: str) -> Iterator[str]:
    for path, ways in document["paths"].items():
        for method, told in ways.items():
            if tag in told["tags"]:
                name = f"<del>{escape(path)}</del>" if told.get("deprecated") else escape(path)
                yield f'<details id="{told["operationId"]}"><summary><b>{method.upper()}</b> <code>{name}</code> '
                yield f"<span>{_prose(told['summary'])}</span></summary><div>"
                yield from _operation(told)
                yield "</div></details>"


def _operation(told: dict[str, Any]) -> Iterator[str]:
    scopes = sorted({scope for proof in told["security"] for scopes in proof.values() for scope in scopes})
    proofs = ", ".join(name for proof in told["security"] for name in proof)
    yield f'<p class="soft">Permission: <code>{escape(", ".join(scopes))}</code>, proof: {proofs}</p>' if scopes else ""
    if told["parameters"]:
        yield "<table><tr><th>Parameter</th><th>In</th><th>Type</th></tr>"
        for one in told["parameters"]:
            yield f"<tr><td><code>{one['name']}</code></td><td>{one['in']}</td><td>{_kind(one['schema'])}</td></tr>"
        yield "</table>"
    for media, content in told.get("requestBody", {}).get("content", {}).items():
        yield f"<p>Takes <code>{media}</code>: {_kind(content['schema'])}</p>"
    yield "<table><tr><th>Status</th><th>Answer</th></tr>"
    for status, answer in told["responses"].items():
        yield f"<tr><td>{status}</td><td>{_answer(answer)}</td></tr>"
    yield "</table>"


def _answer(answer: dict[str, Any]) -> str:
    if "$ref" in answer:
        return '<a href="#Error">Error</a>'
    kinds = [f"<code>{media}</code>: {_kind(told['schema'])}" for media, told in answer.get("content", {}).items()]
    return "<br>".join(kinds) or _prose(answer["description"])


def _kind(schema: dict[str, Any]) -> str:
    """Return a schema in one line, objects as links."""
    if "$ref" in schema:
        name = schema["$ref"].rpartition("/")[2]
        return f'<a href="#{name}">{name}</a>'
    if schema.get("type") == "array":
        return f"list of {_kind(schema.get('items', {}))}"
    if "anyOf" in schema:
        return " or ".join(_kind(one) for one in schema["anyOf"])
    if "enum" in schema:
        return " or ".join(f"<code>{escape(json.dumps(one))}</code>" for one in schema["enum"])
    limits = [f"{word} {json.dumps(schema[key])}" for key, word in _LIMITS.items() if key in schema]
    return escape(", ".join([schema.get("format") or schema.get("type", "anything"), *limits]))


_LIMITS = {
    "minimum": "from",
    "maximum": "to",
    "minLength": "length from",
    "maxLength": "length to",
    "default": "otherwise",
}


def _prose(text: str) -> str:
    """Return text with its `words in backticks` as code."""
    parts = escape(text).split("`")
    return "".join(f"<code>{part}</code>" if number % 2 else part for number, part in enumerate(parts))


def _anchor(tag: str) -> str:
    return f"part-{tag.replace(' ', '-')}"


def _code(schema: dict[str, Any]) -> str:
    return f"<pre>{escape(json.dumps(schema, indent=2, ensure_ascii=False))}</pre>"
