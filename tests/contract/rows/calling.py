"""Calling rows one after the other: later ones build on what earlier ones made."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from tests.support.api import Client, Reply

YAML = {"Content-Type": "application/yaml"}
NOTHING = ""
COUNTED = {"X-Total-Count": r"\d+"}


@dataclass(frozen=True, kw_only=True)
class Row:
    """One call. `answer` is the contract's shape: names of an object's fields, `[names]` of a list's objects, a type, a
    list of one type, a content type as `text/...`, or NOTHING."""

    number: str
    call: str
    status: int
    answer: Any
    json: Any = None
    body: Any = None
    sent: dict[str, str] = field(default_factory=dict)
    """Headers of the request."""
    headers: dict[str, str] = field(default_factory=dict)
    """Headers of the answer, each a regular expression for the whole of it."""
    who: str = "admin"
    keep: dict[str, Callable[[Reply], Any]] = field(default_factory=dict)
    """What later rows need, by the name that stands for it in their paths and bodies."""
    before: Callable[[dict[str, Any]], object] | None = None
    """What happens outside before it is called."""


def row(number: int | str, call: str, status: int, answer: Any, **more: Any) -> Row:
    """Return a row."""
    return Row(number=str(number), call=call, status=status, answer=answer, **more)


def call_all(rows: Iterable[Row], clients: dict[str, Client], known: dict[str, Any]) -> None:
    """Call every row in order and hold each to what it says."""
    faults = []
    for one in rows:
        if one.before:
            one.before(known)
        method, path = one.call.split(" ", 1)
        options = {"json": _filled(one.json, known), "body": _filled(one.body, known), "headers": one.sent}
        reply = clients[one.who].send(method, _place(path, known), **options)
        said = f"{one.number} {one.call}: {reply.status} {reply.headers} {reply.text[:400]}"
        if not is_as_told(one, reply):
            faults.append(said)
            continue
        known.update({name: read(reply) for name, read in one.keep.items()})
    assert not faults, "\n".join(faults)


def _place(path: str, known: dict[str, Any]) -> str:
    """Fill in names; of one that an earlier fault did not keep nothing is found."""
    return re.sub(r"{(\w+)}", lambda found: quote(str(known.get(found[1], "missing")), safe=""), path)


def is_as_told(one: Row, reply: Reply) -> bool:
    """Return whether status, headers and the answer's top level are the row's."""
    headers = all(re.fullmatch(wanted, str(reply.headers.get(name))) for name, wanted in one.headers.items())
    return reply.status == one.status and headers and fits(one.answer, reply)


def fits(wanted: Any, reply: Reply) -> bool:
    """Return whether the answer's top level is as wanted."""
    if wanted == NOTHING:
        return reply.text == ""
    if isinstance(wanted, str):
        return str(reply.headers["Content-Type"]).startswith(wanted) and reply.text != ""
    if isinstance(wanted, list):
        found = _json(reply)
        return isinstance(found, list) and found != [] and all(_is(wanted[0], item) for item in found)
    return _is(wanted, _json(reply))


def _json(reply: Reply) -> Any:
    """Return the decoded body; a text that is no JSON as it is."""
    return reply.json if str(reply.headers["Content-Type"]).startswith("application/json") else reply.text


def _is(wanted: Any, found: Any) -> bool:
    if isinstance(wanted, set):
        return isinstance(found, dict) and wanted <= found.keys()
    return isinstance(found, wanted)


def _filled(value: Any, known: dict[str, Any]) -> Any:
    """Return a body with what earlier rows kept: `{name}` in texts that begin with `$`, or a function of it."""
    if callable(value):
        return value(known)
    if isinstance(value, str) and value.startswith("$"):
        return value[1:].format(**known)
    if isinstance(value, dict):
        return {key: _filled(part, known) for key, part in value.items()}
    return value
