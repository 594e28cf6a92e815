"""A conversation as a story: in Rasa 3's YAML, and in the Markdown of Rasa X's downloads."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import msgspec

from parlance.domain.trackers import Fact, standing

if TYPE_CHECKING:
    from collections.abc import Iterable

UNWRITTEN = {"action_listen", "action_session_start", "action_restart", None}


class Step(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One line of a story."""

    intent: str | None = None
    user: str | None = None
    entities: tuple[dict[str, Any], ...] = ()
    action: str | None = None
    slot_was_set: tuple[dict[str, Any], ...] = ()
    active_loop: str | None = msgspec.field(default="")
    """The loop's name; None where one ends; an empty text where the step is no loop's."""


def steps(facts: Iterable[Fact]) -> list[Step]:
    """Return what happened as steps; what a story cannot hold (listening, sessions, bot texts) is left out."""
    return [step for step in map(_step, standing(facts)) if step]


def _step(fact: Fact) -> Step | None:
    if fact.event == "user":
        return _said(fact)
    if fact.event == "action" and fact.name not in UNWRITTEN:
        return Step(action=fact.name)
    if fact.event == "slot" and fact.name != "requested_slot":
        return Step(slot_was_set=({str(fact.name): fact.value},))
    return Step(active_loop=fact.name) if fact.event in {"active_loop", "form"} else None


def _said(fact: Fact) -> Step:
    parsed = fact.parse_data if isinstance(fact.parse_data, dict) else {}
    entities = tuple({str(entity.get("entity")): entity.get("value")} for entity in parsed.get("entities") or ())
    intent = (parsed.get("intent") or {}).get("name")
    return Step(intent=intent, user=fact.text, entities=entities)


def as_yaml(name: str, story: Iterable[Step]) -> str:
    """Write Rasa 3's format; every text stands as a JSON string, which YAML reads as it is."""
    lines = ['version: "3.1"', "stories:", f"- story: {_quoted(name)}", "  steps:"]
    return "\n".join([*lines, *(line for step in story for line in _yaml_lines(step))]) + "\n"


def _yaml_lines(step: Step) -> list[str]:
    if step.action is not None:
        return [f"  - action: {_quoted(step.action)}"]
    if step.slot_was_set:
        return ["  - slot_was_set:", *(f"    - {_quoted(slot)[1:-1]}" for slot in step.slot_was_set)]
    if step.active_loop != "":
        return [f"  - active_loop: {_quoted(step.active_loop)}"]
    said = [f"  - intent: {_quoted(step.intent)}"]
    said += [f"    user: {_quoted(step.user)}"] if step.user is not None else []
    return said + ["    entities:", *(f"    - {_quoted(each)[1:-1]}" for each in step.entities)] * bool(step.entities)


def without_texts(story: Iterable[Step]) -> list[Step]:
    """Return the story by intents alone: what a model's policies are judged by."""
    return [msgspec.structs.replace(step, user=None) for step in story]


def as_markdown(name: str, story: Iterable[Step]) -> str:
    """Write the format of Rasa 1, which Rasa X's Markdown download had."""
    return "\n".join([f"## {name}", *map(_markdown_line, story)]) + "\n"


def _markdown_line(step: Step) -> str:
    if step.action is not None:
        return f"    - {step.action}"
    if step.slot_was_set:
        return "\n".join(f"    - slot{_quoted(slot)}" for slot in step.slot_was_set)
    if step.active_loop != "":
        return f"    - active_loop{_quoted({'name': step.active_loop})}"
    entities = {name: value for entity in step.entities for name, value in entity.items()}
    return f"* {step.intent}{_quoted(entities) if entities else ''}"


def _quoted(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)
