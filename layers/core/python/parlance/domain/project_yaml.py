"""A project's YAML files: read with their comments and order, and judged as far as one file can be judged alone.

Rasa's own validation runs in the training task; what is found here is found at once, with its line.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from parlance.domain.project import CONFIG, Problem, is_domain
from parlance.domain.yaml_safety import check

if TYPE_CHECKING:
    from collections.abc import Iterator

REQUIRED = ("language", "pipeline", "policies")


def inspect(path: str, text: str, *, allowed: tuple[str, ...] = ()) -> tuple[Problem, ...]:
    """Return what is wrong in a YAML file; raises Unsafe for what must not even be stored.

    `allowed` names the Python packages, beside `rasa`, whose classes a configuration may use.
    """
    from ruamel.yaml import YAML
    from ruamel.yaml.error import MarkedYAMLError, YAMLError

    try:
        check(path, YAML(typ="rt").parse(text))
        content = YAML(typ="rt").load(text)
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        return (_problem(path, mark.line + 1 if mark else 1, f"not YAML: {error.problem or error.context}"),)
    except (YAMLError, ValueError) as error:
        return (_problem(path, 1, f"not YAML: {str(error).splitlines()[0]}"),)
    return tuple(_judge(path, content, allowed))


def _judge(path: str, content: Any, allowed: tuple[str, ...]) -> Iterator[Problem]:
    if content is None:
        return
    if not isinstance(content, dict):
        yield _problem(path, 1, "the file must hold a mapping of keys to values")
    elif path == CONFIG:
        yield from _judge_config(path, content, allowed)
    elif is_domain(path):
        yield from _judge_slots(path, content.get("slots"), allowed)


def _judge_config(path: str, config: Any, allowed: tuple[str, ...]) -> Iterator[Problem]:
    for key in missing_keys(config):
        yield _problem(path, 1, f"{key} is missing: Rasa will choose by itself", severity="warning")
    for line, name in _named_classes(config):
        if not is_allowed(name, allowed):
            yield _problem(path, line, f"{name} is not among the components allowed here")


def _named_classes(node: Any) -> Iterator[tuple[int, str]]:
    """Find what Rasa may import: `name` in lists of components, featurizers and importers, `uses` in a graph."""
    for key in ("name", "uses"):
        if isinstance(node, dict) and isinstance(node.get(key), str):
            yield _line(node, key), node[key]
    parts = node.values() if isinstance(node, dict) else node if isinstance(node, list) else ()
    for part in parts:
        yield from _named_classes(part)


def _judge_slots(path: str, slots: Any, allowed: tuple[str, ...]) -> Iterator[Problem]:
    for name, slot in slots.items() if isinstance(slots, dict) else ():
        kind = slot.get("type") if isinstance(slot, dict) else None
        if isinstance(kind, str) and not is_allowed(kind, allowed):
            yield _problem(path, _line(slots, name), f"the slot type {kind} is not among the classes allowed here")


def read(text: str) -> Any:
    """Return a text's content with its comments and order; only for texts that `inspect` found to be YAML."""
    from ruamel.yaml import YAML

    return YAML(typ="rt").load(text)


def merged(parts: dict[str, str]) -> str:
    """Return a split domain as one text: lists are joined, mappings united, of two values the later stays."""
    from io import StringIO

    from ruamel.yaml import YAML

    whole: Any = None
    for path in sorted(parts):
        content = read(parts[path])
        if isinstance(content, dict):
            whole = content if whole is None else _united(whole, content)
    target = StringIO()
    YAML(typ="rt").dump({} if whole is None else whole, target)
    return target.getvalue()


def _united(whole: Any, part: Any) -> Any:
    for key, value in part.items():
        mine = whole.get(key)
        if isinstance(mine, dict) and isinstance(value, dict):
            mine.update(value)
        elif isinstance(mine, list) and isinstance(value, list):
            mine.extend(item for item in value if item not in mine)
        else:
            whole[key] = value
    return whole


def missing_keys(config: Any) -> list[str]:
    """Name the keys that a configuration should have and has not."""
    return [key for key in REQUIRED if key not in config]


def is_allowed(name: str, allowed: tuple[str, ...]) -> bool:
    """Whether a class may be named: Rasa's own have no dot or live in `rasa`; others need their package on the list."""
    package = name.partition(".")[0]
    return "." not in name or package == "rasa" or any(name == item or name.startswith(f"{item}.") for item in allowed)


def _line(holder: Any, key: Any) -> int:
    """Return the line of an item or a key; ruamel counts from zero, people from one."""
    position = holder.lc.data.get(key) if holder.lc.data else None
    return int(position[0] if position else holder.lc.line) + 1


def _problem(path: str, line: int, message: str, *, severity: Any = "error") -> Problem:
    return Problem(path=path, line=line, severity=severity, message=message)
