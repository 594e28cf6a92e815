"""Nodes of YAML as plain data, and plain data as lines of YAML."""

from __future__ import annotations

import json
from typing import Any

from parlance.domain.training.yaml_text import entries, indented, items, written

TAG = "tag:yaml.org,2002:"


def value_of(node: Any) -> Any:
    """Return what a node stands for."""
    if node.id == "mapping":
        return {name: value_of(value) for name, _, value in entries(node)}
    if node.id == "sequence":
        return [value_of(item) for item in items(node)]
    return _scalar(node.value, node.tag)


def _scalar(text: str, tag: Any) -> Any:
    kind = str(getattr(tag, "value", tag)).removeprefix(TAG)
    try:
        if kind in {"int", "float"}:
            return (int if kind == "int" else float)(text.replace("_", ""))
    except ValueError:
        return text
    return {"bool": text.lower() in {"true", "yes", "on"}, "null": None}.get(kind, text)


def lines_of(value: Any) -> str:
    """Return plain data as lines of YAML, without indentation; every list item starts with its dash."""
    if isinstance(value, dict) and value:
        return "".join(_entry(written(str(key)), part) for key, part in value.items())
    if isinstance(value, list) and value:
        return "".join("- " + indented(lines_of(item), 2).removeprefix("  ") for item in value)
    return _inline(value) + "\n"


def _entry(key: str, value: Any) -> str:
    if isinstance(value, (dict, list)) and value:
        return f"{key}:\n{indented(lines_of(value), 2 if isinstance(value, dict) else 0)}"
    return f"{key}: {_inline(value)}\n"


def _inline(value: Any) -> str:
    return written(value) if isinstance(value, str) else json.dumps(value)
