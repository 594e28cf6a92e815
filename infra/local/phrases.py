"""What a smoke test says: the assistant's own examples, so that it fits any assistant."""

from __future__ import annotations

import re
from itertools import islice, zip_longest
from typing import TYPE_CHECKING, Any

import msgspec

from infra.local.failure import RunnerError

if TYPE_CHECKING:
    from infra.local.api import Api

ANNOTATION = re.compile(r"\[([^\]]+)\](?:\([^)]*\)|\{[^}]*\})")


class Phrase(msgspec.Struct, frozen=True):
    """A text and the intent that it means."""

    text: str
    intent: str


def phrases_of(api: Api, count: int) -> list[Phrase]:
    """Return `count` phrases of the project, intents in turn; raises RunnerError when it has none."""
    from ruamel.yaml import YAML

    files = api.call("GET", "/api/projects/default/files")["files"]
    documents = [YAML(typ="safe", pure=True).load(text) for name, text in sorted(files.items()) if is_yaml(name)]
    by_intent = [intent_phrases(entry) for document in documents for entry in entries(document)]
    in_turn = [phrase for group in zip_longest(*filter(None, by_intent)) for phrase in group if phrase]
    if not in_turn:
        raise RunnerError("The project has no NLU examples: import an assistant first.")
    return list(islice(in_turn * count, count))


def is_yaml(name: str) -> bool:
    """Tell whether a file is YAML."""
    return name.endswith((".yml", ".yaml"))


def entries(document: Any) -> list[dict[str, Any]]:
    """Return a document's NLU entries."""
    return list(document.get("nlu") or []) if isinstance(document, dict) else []


def intent_phrases(entry: dict[str, Any]) -> list[Phrase]:
    """Return the examples of one intent, without their annotations."""
    if "intent" not in entry or not isinstance(entry.get("examples"), str):
        return []
    lines = [line.strip()[2:] for line in entry["examples"].splitlines() if line.strip().startswith("- ")]
    return [Phrase(ANNOTATION.sub(r"\1", line).strip(), entry["intent"]) for line in lines]
