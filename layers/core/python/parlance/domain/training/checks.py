"""A text that somebody is writing, judged as it stands: what is wrong on which line, and what its stories are."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

import msgspec

from parlance.domain.project import CONFIG, DOMAIN, Problem
from parlance.domain.project_yaml import inspect
from parlance.domain.training import yaml_text as yaml
from parlance.domain.training.domain_names import names
from parlance.domain.training.domain_warnings import DEFAULT_ACTIONS, DEFAULT_INTENTS
from parlance.domain.training.examples import examples
from parlance.domain.training.flows import NAMES, STEPS
from parlance.domain.training.responses import responses

if TYPE_CHECKING:
    from collections.abc import Iterator

    from parlance.domain.project import Files

Kind = Literal["stories", "rules", "domain", "config"]
PATHS = {"stories": "data/stories.yml", "rules": "data/rules.yml", "domain": DOMAIN, "config": CONFIG}


class Step(msgspec.Struct, frozen=True):
    """A step of a story: what it is, what it names, and on which line."""

    kind: str
    label: str
    line: int


class Outline(msgspec.Struct, frozen=True):
    """A story or a rule as a list of steps."""

    name: str
    steps: list[Step]


class Checked(msgspec.Struct, frozen=True):
    """What is known of a text."""

    problems: list[Problem]
    flows: list[Outline] = []


def check(files: Files, kind: Kind, text: str, *, allowed: tuple[str, ...]) -> Checked:
    """Judge a text against the project's domain; raises Unsafe for what must not even be looked at."""
    path = PATHS[kind]
    broken = list(inspect(path, text, allowed=allowed))
    if broken or kind in {"domain", "config"}:
        return Checked(problems=broken)
    found = yaml.items(yaml.entry(yaml.compose(text), kind))
    if not found:
        wanted = f"the text must hold a list below `{kind}:`"
        return Checked(problems=[Problem(path=path, line=1, severity="error", message=wanted)])
    problems = [Problem(path=path, **one) for node in found for one in _problems(files, kind, node)]
    return Checked(problems=problems, flows=[_outline(node, kind) for node in found])


def _problems(files: Files, kind: str, node: Any) -> Iterator[dict[str, Any]]:
    if not yaml.scalar(yaml.entry(node, NAMES[kind])):
        yield _error(node, f"every item needs a name, `{NAMES[kind]}: ...`")
    steps = yaml.items(yaml.entry(node, "steps"))
    if not steps:
        yield _error(node, "it has no steps")
    for step in steps:
        if STEPS.isdisjoint(name for name, _, _ in yaml.entries(step)):
            yield _error(step, f"a step is one of {', '.join(sorted(STEPS))}")
    known = _known(files)
    for key, name, place in _named(steps + yaml.items(yaml.entry(node, "condition"))):
        if name not in known[key]:
            yield {"line": _line(place), "severity": "warning", "message": f"{key} {name} is not in the domain"}


def _known(files: Files) -> dict[str, set[str]]:
    forms = set(names(files, "forms"))
    said = {one.name for one in responses(files)}
    return {
        "intent": {*names(files, "intents"), *DEFAULT_INTENTS, *(one.intent for one in examples(files))},
        "action": {*names(files, "actions"), *forms, *said, *DEFAULT_ACTIONS},
        "slot": {*names(files, "slots"), "requested_slot"},
        "form": forms,
    }


KEYS = {"intent": "intent", "action": "action", "active_loop": "form"}


def _named(steps: list[Any]) -> Iterator[tuple[str, str, Any]]:
    """Yield what steps name: the kind, the name, and the node that names it."""
    for step in steps:
        for key, _, value in yaml.entries(step):
            if key == "or":
                yield from _named(yaml.items(value))
            elif key == "slot_was_set":
                yield from (("slot", name, node) for name, node in _slots(value))
            elif key in KEYS and (name := yaml.scalar(value)) and name not in {"null", "~"}:
                yield KEYS[key], name, value


def _slots(value: Any) -> Iterator[tuple[str, Any]]:
    for item in yaml.items(value):
        if name := yaml.scalar(item):
            yield name, item
        yield from ((name, node) for name, node, _ in yaml.entries(item))


def _outline(node: Any, kind: str) -> Outline:
    steps = yaml.items(yaml.entry(node, "steps"))
    drawn = [Step(key, _label(key, value), _line(step)) for step in steps for key, _, value in yaml.entries(step)[:1]]
    return Outline(yaml.scalar(yaml.entry(node, NAMES[kind])) or "", drawn)


def _label(key: str, value: Any) -> str:
    if (text := yaml.scalar(value)) is not None:
        return text
    if key == "or":
        return " or ".join(_label(name, inner) for item in yaml.items(value) for name, _, inner in yaml.entries(item))
    pairs = [
        (name, yaml.scalar(inner))
        for item in yaml.items(value)
        for name, _, inner in yaml.entries(item) or [("", 0, item)]
    ]
    return ", ".join(f"{name}: {inner}" if name and inner else name or inner or "" for name, inner in pairs)


def _error(node: Any, message: str) -> dict[str, Any]:
    return {"line": _line(node), "severity": "error", "message": message}


def _line(node: Any) -> int:
    return int(node.start_mark.line) + 1
