"""`?fields[a][b]=true`: an answer of the chosen fields only, as Rasa X had it."""

from __future__ import annotations

import re
from typing import Any

import msgspec

from functions.api.answers import JSON, Answer

Tree = dict[str, Any]
FIELD = re.compile(r"fields((?:\[[^\[\]]+\])+)")


def chosen(result: Any, given: dict[str, str]) -> Any:
    """Return a view's result with the fields that the query asks for; with all of them when it names none."""
    tree = wanted(given)
    if not tree:
        return result
    answer = result if isinstance(result, Answer) else Answer(result)
    if answer.media != JSON:
        return answer
    body = msgspec.json.decode(msgspec.json.encode(answer.body))
    return Answer(pruned(body, tree), answer.status, answer.headers)


def wanted(given: dict[str, str]) -> Tree:
    """Read the parameters into a tree; a field without further ones is wanted whole."""
    tree: Tree = {}
    for name, value in given.items():
        match = FIELD.fullmatch(name)
        if match and value == "true":
            node = tree
            for part in match[1][1:-1].split("]["):
                node = node.setdefault(part, {})
    return tree


def pruned(value: Any, tree: Tree) -> Any:
    """Return of an object what the tree names, of a list the same of each item."""
    if not tree:
        return value
    if isinstance(value, list):
        return [pruned(item, tree) for item in value]
    if not isinstance(value, dict):
        return value
    return {name: pruned(value[name], below) for name, below in tree.items() if name in value}
