"""Rasa's way to mark entities in an example, `[Oslo](city)` and its longer forms; offsets count code points.

Reads as `rasa.shared.nlu.training_data.entities_parser` of Rasa 3.6.21 does, and writes as its TrainingDataWriter.
"""

from __future__ import annotations

import json
import re
from itertools import groupby
from typing import TYPE_CHECKING, Any

import msgspec

from parlance.domain.errors import Invalid

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

MARKED = re.compile(
    r"\[(?P<text>[^\]]+?)\](\((?P<entity>[^:)]+?)(?:\:(?P<value>[^)]+))?\)|\{(?P<one>[^}]+?)\}|\[(?P<many>.*?)\])"
)
ONE_OF_MANY = re.compile(r"{(?P<one>[^}]+?)\}")


class Entity(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A marked part of an example's text, from `start` up to but not including `end`."""

    start: int
    end: int
    entity: str
    value: Any = None
    """What the bot gets; None: the marked text itself."""
    role: str | None = None
    group: str | None = None


def read(source: str) -> tuple[str, tuple[Entity, ...]]:
    """Return an example's plain text and its entities; a mark that Rasa would refuse gives none."""
    found: list[Entity] = []
    removed = 0
    for match in MARKED.finditer(source):
        start, text = match.start() - removed, match["text"]
        removed += len(match[0]) - len(text)
        found += [
            Entity(start=start, end=start + len(text), **({"value": text} | attributes))
            for attributes in _attributes(match)
        ]
    return MARKED.sub(lambda match: match["text"], source), tuple(found)


def faults(source: str) -> list[str]:
    """Say which marks Rasa would refuse."""
    marks = [match["one"] for match in MARKED.finditer(source) if match["one"]]
    marks += [
        one["one"] for match in MARKED.finditer(source) if match["many"] for one in ONE_OF_MANY.finditer(match["many"])
    ]
    return [f"{{{mark}}} is not what marks an entity" for mark in marks if not _decoded(mark)]


def _attributes(match: re.Match[str]) -> Iterator[dict[str, Any]]:
    if match["entity"]:
        yield {"entity": match["entity"], **({"value": match["value"]} if match["value"] else {})}
        return
    for mark in [match["one"]] if match["one"] else [one["one"] for one in ONE_OF_MANY.finditer(match["many"])]:
        attributes = _decoded(mark)
        if attributes:
            yield attributes


def _decoded(mark: str) -> dict[str, Any]:
    try:
        given = json.loads(f"{{{mark}}}")
    except ValueError:
        return {}
    known = {name: given[name] for name in ("entity", "value", "role", "group") if given.get(name) is not None}
    return known if isinstance(known.get("entity"), str) and known.keys() == given.keys() else {}


def write(text: str, entities: Sequence[Entity]) -> str:
    """Return the example with its marks; raises Invalid when they overlap, leave the text, or cannot be written."""
    ordered = sorted(entities, key=lambda entity: (entity.start, entity.end))
    pieces, at = [], 0
    for (start, end), same in groupby(ordered, key=lambda entity: (entity.start, entity.end)):
        if not at <= start < end <= len(text):
            raise Invalid("entities: they overlap, or do not lie in the text.", code="InvalidEntities")
        pieces += [text[at:start], _mark(text[start:end], list(same))]
        at = end
    source = "".join([*pieces, text[at:]])
    if read(source) != (text, tuple(_explicit(text, entity) for entity in ordered)):
        raise Invalid("text: Rasa would read it otherwise than it is given here.", code="UnwritableExample")
    return source


def _explicit(text: str, entity: Entity) -> Entity:
    return (
        entity if entity.value is not None else msgspec.structs.replace(entity, value=text[entity.start : entity.end])
    )


def _mark(text: str, entities: list[Entity]) -> str:
    if len(entities) > 1:
        return f"[{text}][{', '.join(_long(text, entity) for entity in entities)}]"
    only = entities[0]
    is_short = only.value in (None, text) and not only.role and not only.group
    return f"[{text}]({only.entity})" if is_short and ":" not in only.entity else f"[{text}]{_long(text, only)}"


def _long(text: str, entity: Entity) -> str:
    parts = {"entity": entity.entity, "role": entity.role, "group": entity.group}
    value = None if entity.value == text else entity.value
    kept = {name: part for name, part in {**parts, "value": value}.items() if part is not None}
    return json.dumps(kept, ensure_ascii=False)
