"""What a YAML text must not do to whoever reads it after us: found in its events, before anything is built from it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from parlance.domain.project import Unsafe

if TYPE_CHECKING:
    from collections.abc import Iterable

DEEPEST = 50
NODES_LIMIT = 1_000_000
"""With every alias written out: a few lines of aliases of aliases stand for billions of nodes."""
PLAIN_TYPES = ("str", "int", "float", "bool", "null", "seq", "map")
PLAIN_TAGS = frozenset({"!", *(f"tag:yaml.org,2002:{name}" for name in PLAIN_TYPES)})
INSTALLATION = re.compile(r"\$\{?((?:AWS|DB|ECS|RASA)_\w*)")
"""Rasa replaces `${NAME}` by the environment of its process: a response could tell the database's password."""
SURROGATE = re.compile("[\ud800-\udfff]")


def check(path: str, events: Iterable[Any]) -> None:
    """Raise Unsafe for a tag that builds objects, for nesting or aliases without measure, for a secret's name."""
    weights = _Weights(path)
    for event in events:
        kind = type(event).__name__
        if kind in {"ScalarEvent", "SequenceStartEvent", "MappingStartEvent"}:
            _check_tag(path, event)
        if kind == "ScalarEvent":
            _check_variables(path, event)
        weights.take(kind, event)


def _check_tag(path: str, event: Any) -> None:
    if event.tag is not None and str(event.tag) not in PLAIN_TAGS:
        raise Unsafe(f"{_place(path, event)}: the tag {str(event.tag)[:80]!r} is not allowed in a project.")


def _check_variables(path: str, event: Any) -> None:
    found = INSTALLATION.search(event.value)
    if SURROGATE.search(event.value):
        raise Unsafe(f"{_place(path, event)}: half a character (a lone surrogate) cannot be written anywhere.")
    if found:
        raise Unsafe(f"{_place(path, event)}: {found[1]} belongs to the installation; a project cannot read it.")


def _place(path: str, event: Any) -> str:
    return f"{path}, line {event.start_mark.line + 1}"


class _Weights:
    """Counts nodes as if every alias were written out, in one pass and without building anything."""

    def __init__(self, path: str) -> None:
        self.path = path
        self.open: list[tuple[str | None, int]] = [(None, 0)]
        self.anchored: dict[str, int] = {}

    def take(self, kind: str, event: Any) -> None:
        if kind in {"SequenceStartEvent", "MappingStartEvent"}:
            self.open.append((event.anchor, 1))
            if len(self.open) > DEEPEST:
                raise Unsafe(f"{_place(self.path, event)}: nested deeper than {DEEPEST} levels.")
        elif kind in {"SequenceEndEvent", "MappingEndEvent"}:
            self._add(event, *self.open.pop())
        elif kind == "ScalarEvent":
            self._add(event, event.anchor, 1)
        elif kind == "AliasEvent":
            self._add(event, None, self._weight(event))

    def _weight(self, event: Any) -> int:
        if event.anchor not in self.anchored:
            raise Unsafe(f"{_place(self.path, event)}: the alias *{event.anchor} stands for nothing that is complete.")
        return self.anchored[event.anchor]

    def _add(self, event: Any, anchor: str | None, weight: int) -> None:
        if anchor:
            self.anchored[anchor] = weight
        holder, sum_so_far = self.open[-1]
        self.open[-1] = (holder, sum_so_far + weight)
        if sum_so_far + weight > NODES_LIMIT:
            raise Unsafe(f"{_place(self.path, event)}: more than {NODES_LIMIT} nodes with all aliases written out.")
