"""A YAML text that is edited in place: what an edit does not mean stays as it was written, comments and all."""

from __future__ import annotations

import json
import re
import textwrap
from functools import lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple

from parlance.domain.errors import Conflict

if TYPE_CHECKING:
    from collections.abc import Iterable

PLAIN = re.compile(r"[A-Za-z_][\w/.-]*(?: [\w/.-]+)*", re.ASCII)
WORDS = frozenset({"y", "n", "yes", "no", "on", "off", "true", "false", "null"})
HEAD = 'version: "3.1"\n\n'


class Uneditable(Conflict):
    """The file is written in a way that cannot be changed in part: it has to be edited as a text."""

    code = "UneditableFile"


class Splice(NamedTuple):
    """The text from `start` to `end` becomes `new`; positions are characters."""

    start: int
    end: int
    new: str


@lru_cache(maxsize=256)
def compose(text: str) -> Any:
    """Return a text's tree of nodes, which know their places; None when it is empty or no YAML."""
    from ruamel.yaml import YAML
    from ruamel.yaml.error import YAMLError

    try:
        return YAML(typ="safe", pure=True).compose(text)
    except (YAMLError, ValueError):
        return None


def apply(text: str, splices: Iterable[Splice]) -> str:
    """Return the text with all its changes; raises Uneditable when that would be no YAML any more."""
    for splice in sorted(splices, reverse=True):
        text = text[: splice.start] + splice.new + text[splice.end :]
    if text.strip() and compose(text) is None:
        raise Uneditable("This file cannot be changed in part: edit it as a text.")
    return text


def editable(text: str) -> Any:
    """Return the tree of a text that may be edited; raises Uneditable for a broken one and for one with aliases."""
    root = compose(text)
    if root is None and text.strip() and not _only_comments(text):
        raise Uneditable("This file is not YAML: repair it first.")
    seen: set[int] = set()
    for node in nodes(root):
        if id(node) in seen:
            raise Uneditable("This file repeats parts by aliases: edit it as a text.")
        seen.add(id(node))
    return root


def nodes(root: Any) -> Iterable[Any]:
    """Yield a node and all below it."""
    waiting = [root] if root is not None else []
    while waiting:
        node = waiting.pop()
        yield node
        if isinstance(node.value, list):
            waiting += [part for child in node.value for part in (child if isinstance(child, tuple) else (child,))]


def _only_comments(text: str) -> bool:
    return all(not line.strip() or line.lstrip().startswith("#") for line in text.splitlines())


def entries(node: Any) -> list[tuple[str, Any, Any]]:
    """Return a mapping's keys, the keys' nodes and the values' nodes; none for anything else."""
    if node is None or node.id != "mapping":
        return []
    return [(str(key.value), key, value) for key, value in node.value]


def entry(node: Any, name: str) -> Any:
    """Return the value's node of a key; None without it."""
    return next((value for key, _, value in entries(node) if key == name), None)


def items(node: Any) -> list[Any]:
    """Return a sequence's nodes; none for anything else."""
    return list(node.value) if node is not None and node.id == "sequence" else []


def scalar(node: Any) -> str | None:
    """Return a scalar as it is written; None for anything else."""
    return str(node.value) if node is not None and node.id == "scalar" else None


def last(text: str, node: Any) -> int:
    """Return where a node's own characters end: behind them may stand blank lines and comments."""
    if node.id in {"mapping", "sequence"} and node.value and not node.flow_style:
        final = node.value[-1]
        key, value = final if isinstance(final, tuple) else (None, final)
        return int(max(last(text, value), key.end_mark.index if key else 0))
    end = int(node.end_mark.index)
    if node.id == "scalar" and node.style in {"|", ">"}:
        return len(text[:end].rstrip("\n\r "))
    return max(len(text[:end].rstrip("\n\r ")), int(node.start_mark.index)) if not node.value else end


def line_start(text: str, at: int) -> int:
    """Return where the line begins that holds a place."""
    return text.rfind("\n", 0, at) + 1


def line_end(text: str, at: int) -> int:
    """Return where the next line begins; at the last line, the text's end."""
    found = text.find("\n", at)
    return len(text) if found < 0 else found + 1


def span(text: str, node: Any) -> tuple[int, int]:
    """Return the lines of a sequence's item, from its dash on; raises Uneditable when it shares them."""
    dash = text.rfind("-", 0, node.start_mark.index)
    start = line_start(text, dash)
    if text[start:dash].strip(" ") or text[dash + 1 : node.start_mark.index].strip():
        raise Uneditable("This part shares its line with others: edit the file as a text.")
    return start, line_end(text, last(text, node))


def indentation(text: str, node: Any) -> int:
    """Return the column of a sequence's dashes; that of its key, for an empty one."""
    first = items(node)[0]
    start, _ = span(text, first)
    return text.index("-", start) - start


def removed(text: str, parent: Any, key: str, item: Any) -> Splice:
    """Take an item out of the sequence below a key; the last one leaves an empty list."""
    sequence = entry(parent, key)
    if len(items(sequence)) > 1:
        return Splice(*span(text, item), "")
    start = next(node for name, node, _ in entries(parent) if name == key).end_mark.index
    colon = text.index(":", start) + 1
    return Splice(colon, span(text, item)[1], " []\n")


def cleared(text: str, key: str) -> str:
    """Return the text with no items below a top-level key."""
    while nodes := items(entry(compose(text), key)):
        text = apply(text, [removed(text, editable(text), key, nodes[-1])])
    return text


def lines_of_item(text: str, node: Any) -> str:
    """Return a sequence's item as lines of its own, moved to the left."""
    try:
        start, end = span(text, node)
    except Uneditable:
        return "- " + text[node.start_mark.index : last(text, node)] + "\n"
    return textwrap.dedent(text[start:end].rstrip("\n") + "\n")


def added(text: str, root: Any, key: str, lines: str) -> Splice:
    """Put an item's lines, written without indentation, at the end of the list below a top-level key."""
    sequence = entry(root, key)
    if items(sequence):
        if sequence.flow_style:
            raise Uneditable(f"{key} is written in one line: edit the file as a text.")
        at = line_end(text, last(text, sequence))
        return Splice(at, at, _after(text, at) + indented(lines, indentation(text, sequence)))
    if sequence is None:
        at = len(text)
        head = HEAD if not text.strip() else _after(text, at) + "\n"
        return Splice(at, at, f"{head}{key}:\n{lines}")
    return _filled(text, root, key, lines)


def _filled(text: str, root: Any, key: str, lines: str) -> Splice:
    name, value = next((node, value) for found, node, value in entries(root) if found == key)
    if value.value and scalar(value) not in {"~", "null"}:
        raise Uneditable(f"{key} is not a list: edit the file as a text.")
    colon = text.index(":", name.end_mark.index) + 1
    rest_starts = max(colon, value.end_mark.index if value.end_mark.line == name.end_mark.line else colon)
    end = line_end(text, rest_starts)
    comment = text[rest_starts:end].strip()
    indent = name.start_mark.column if root.value[0][0].start_mark.column else 0
    return Splice(colon, end, f"{'  ' + comment if comment else ''}\n{indented(lines, indent)}")


def _after(text: str, at: int) -> str:
    return "\n" if at and text[at - 1] != "\n" else ""


def indented(lines: str, by: int) -> str:
    """Return lines moved to the right."""
    return "".join(" " * by + line if line.strip() else line for line in lines.splitlines(keepends=True))


def written(value: str) -> str:
    """Return a text as a YAML scalar in one line: plain where nobody can misread it, else as JSON."""
    if PLAIN.fullmatch(value) and value.lower() not in WORDS:
        return value
    quoted = json.dumps(value, ensure_ascii=False)
    return "".join(letter if letter.isprintable() else f"\\U{ord(letter):08x}" for letter in quoted)
