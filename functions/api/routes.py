"""Which route a path means: a tree of segments, fixed names before placeholders."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    from collections.abc import Iterable


class Node(msgspec.Struct):
    """One segment of the tree; `pattern` is set where a route ends."""

    fixed: dict[str, Node] = {}
    placeholder: Node | None = None
    pattern: str | None = None


def plant(patterns: Iterable[str]) -> Node:
    """Grow the tree of all route patterns."""
    root = Node()
    for pattern in patterns:
        node = root
        for segment in _segments(pattern):
            node = _branch(node, segment)
        node.pattern = pattern
    return root


def _branch(node: Node, segment: str) -> Node:
    if not segment.startswith("{"):
        return node.fixed.setdefault(segment, Node())
    node.placeholder = node.placeholder or Node()
    return node.placeholder


def find(root: Node, path: str) -> tuple[str | None, dict[str, str]]:
    """Return the pattern that `path` means and its parameters, still percent-encoded; (None, {}) when there is none."""
    segments = _segments(path)
    pattern = _descend(root, segments)
    if pattern is None:
        return None, {}
    names = zip(_segments(pattern), segments, strict=True)
    return pattern, {name[1:-1]: value for name, value in names if name.startswith("{")}


def _descend(node: Node, segments: list[str]) -> str | None:
    if not segments:
        return node.pattern
    first, rest = segments[0], segments[1:]
    found = _descend(node.fixed[first], rest) if first in node.fixed else None
    return found or (_descend(node.placeholder, rest) if node.placeholder and first else None)


def _segments(path: str) -> list[str]:
    return path.strip("/").split("/")
