"""Stories as a drawing in Graphviz' language: what begins in the same way is drawn once."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from parlance.domain.training import yaml_text as yaml

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from parlance.domain.training.flows import Flow

SHAPES = {"intent": "box, style=rounded", "user": "box, style=rounded"}


def draw(flows: Iterable[Flow]) -> str:
    """Return a directed graph from START to END."""
    lines: dict[str, None] = {}
    numbers: dict[tuple[str, ...], int] = {}
    for flow in flows:
        place, before = [flow.name] if flow.kind == "rules" else [], "start"
        for kind, label in _steps(flow):
            place.append(label)
            node = f"n{numbers.setdefault(tuple(place), len(numbers))}"
            lines[f"  {node} [label={_quoted(label)}, shape={SHAPES.get(kind, 'box')}];"] = None
            lines[f"  {before} -> {node};"] = None
            before = node
        lines[f"  {before} -> end;"] = None
    head = ["digraph {", '  start [label="START", shape=circle];', '  end [label="END", shape=circle];']
    return "\n".join([*head, *lines, "}"]) + "\n"


def _steps(flow: Flow) -> Iterator[tuple[str, str]]:
    root = yaml.compose(flow.document)
    for step in yaml.items(yaml.entry(yaml.items(yaml.entry(root, flow.kind))[0], "steps")):
        for kind, _, value in yaml.entries(step)[:1]:
            yield kind, _label(kind, value)


def _label(kind: str, value: Any) -> str:
    text = yaml.scalar(value)
    if text is not None:
        return text if kind in {"intent", "action"} else f"{kind}: {text}"
    parts = [
        f"{name} {yaml.scalar(part) or ''}".strip()
        for item in yaml.items(value)
        for name, _, part in yaml.entries(item)
    ]
    return f"{kind}: {', '.join(parts)}"


def _quoted(label: str) -> str:
    return json.dumps(label, ensure_ascii=False)
