"""All training data of the NLU at once: as one text, from one text, and what is odd about it."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import TYPE_CHECKING, Any

import msgspec

from parlance.domain.errors import Invalid
from parlance.domain.training import blocks as nlu
from parlance.domain.training import entities as marks
from parlance.domain.training import yaml_text as yaml
from parlance.domain.training.examples import examples, is_data
from parlance.domain.training.terms import terms

if TYPE_CHECKING:
    from collections.abc import Iterator

    from parlance.domain.project import Files

KEYS = {"version", "nlu"}
FEWEST = 2
"""Examples of an intent below which Rasa warns."""


class CommonExample(msgspec.Struct, frozen=True, kw_only=True):
    """An example in Rasa's JSON format."""

    text: str
    intent: str
    entities: tuple[marks.Entity, ...] = ()


class NamedPattern(msgspec.Struct, frozen=True):
    """A regex in Rasa's JSON format."""

    name: str
    pattern: str


class NamedElements(msgspec.Struct, frozen=True):
    """A lookup table in Rasa's JSON format."""

    name: str
    elements: list[str]


class NamedSynonyms(msgspec.Struct, frozen=True):
    """A synonym in Rasa's JSON format."""

    value: str
    synonyms: list[str]


class Corpus(msgspec.Struct, frozen=True, kw_only=True):
    """Rasa's JSON format of training data."""

    common_examples: list[CommonExample] = []
    regex_features: list[NamedPattern] = []
    lookup_tables: list[NamedElements] = []
    entity_synonyms: list[NamedSynonyms] = []


class RasaJson(msgspec.Struct, frozen=True):
    """The envelope of Rasa's JSON format."""

    rasa_nlu_data: Corpus


def as_yaml(files: Files) -> str:
    """Return everything as one YAML text: the file itself, comments and all, where there is only one."""
    holders = [text for path, text in sorted(files.items()) if is_data(path) and nlu.blocks(text)]
    if len(holders) == 1 and _keys(holders[0]) <= KEYS:
        return holders[0]
    items = [item for text in holders for item in _items(text)]
    return f"{yaml.HEAD}nlu:\n{''.join(items)}" if items else f"{yaml.HEAD}nlu: []\n"


def as_json(files: Files) -> dict[str, Any]:
    """Return everything in Rasa's JSON format."""
    return {"rasa_nlu_data": {
        "common_examples": [
            {"text": one.text, "intent": one.intent, "entities": msgspec.to_builtins(one.entities)}
            for one in examples(files)
        ],
        "regex_features": [{"name": term.name, "pattern": term.value} for term in terms(files, "regex")],
        "lookup_tables": [{"name": name, "elements": values} for name, values in _lists(files, "lookup").items()],
        "entity_synonyms": [{"value": name, "synonyms": values} for name, values in _lists(files, "synonym").items()],
    }}  # fmt: skip


def from_json(given: RasaJson) -> str:
    """Return the YAML of Rasa's JSON format; raises Invalid for what cannot be written."""
    data, lists = given.rasa_nlu_data, defaultdict[tuple[str, str], list[str]](list)
    for one in data.common_examples:
        lists["intent", one.intent].append(marks.write(one.text.strip(nlu.STRIPPED), one.entities))
    for synonym in data.entity_synonyms:
        lists["synonym", synonym.value] += synonym.synonyms
    for regex in data.regex_features:
        lists["regex", regex.name].append(regex.pattern)
    for table in data.lookup_tables:
        lists["lookup", table.name] += table.elements
    items = [nlu.new_block(kind, name, values) for (kind, name), values in lists.items() if name]
    return f"{yaml.HEAD}nlu:\n{''.join(items)}" if items else f"{yaml.HEAD}nlu: []\n"


def replace_all(files: Files, text: str) -> Files:
    """Remove what all files have below `nlu:` and put the items of a text into data/nlu.yml; raises Invalid."""
    root = yaml.compose(text)
    if yaml.entry(root, "nlu") is None or not {block.kind for block in nlu.blocks(text)} <= set(nlu.KINDS):
        raise Invalid("The text must be YAML with a list below nlu.", code="InvalidTrainingData")
    yaml.editable(text)
    kept = {path: yaml.cleared(old, "nlu") if is_data(path) else old for path, old in files.items()}
    if _keys(text) | _keys(kept.get(nlu.MAIN, "")) <= KEYS:
        return {**kept, nlu.MAIN: text}
    main = kept.get(nlu.MAIN, "")
    return {**kept, nlu.MAIN: yaml.apply(main, [yaml.added(main, yaml.editable(main), "nlu", "".join(_items(text)))])}


def warnings(files: Files) -> Iterator[dict[str, Any]]:
    """Say what Rasa would warn about, with file and line."""
    found = examples(files)
    first: dict[str, Any] = {}
    for one in found:
        known = first.setdefault(one.text, one)
        if known.intent != one.intent:
            yield _warning("conflicting_intents", one, f"{one.text!r} is an example of {known.intent}, too")
    counts = Counter(one.intent for one in found)
    for one in {one.intent: one for one in reversed(found)}.values():
        if counts[one.intent] < FEWEST:
            yield _warning("few_examples", one, f"{one.intent} has only {counts[one.intent]} example")
    for path in sorted(filter(is_data, files)):
        for block in nlu.blocks(files[path]):
            for line in block.lines if block.kind == "intent" else ():
                for fault in marks.faults(line.source):
                    yield {"type": "entity_mark", "path": path, "line": line.at, "message": fault}


def _warning(kind: str, one: Any, message: str) -> dict[str, Any]:
    return {"type": kind, "path": one.path, "line": one.line, "message": message}


def _keys(text: str) -> set[str]:
    return {name for name, _, _ in yaml.entries(yaml.compose(text))}


def _items(text: str) -> list[str]:
    return [yaml.lines_of_item(text, node) for node in yaml.items(yaml.entry(yaml.compose(text), "nlu"))]


def _lists(files: Files, kind: str) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for term in terms(files, kind):
        found.setdefault(term.name, []).append(term.value)
    return found
