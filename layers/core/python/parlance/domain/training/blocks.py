"""The items below `nlu:` in a project's files: intents, synonyms, regexes, lookup tables, and their example lines."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import msgspec

from parlance.domain.training import yaml_text as yaml
from parlance.domain.training.yaml_text import Splice, Uneditable

if TYPE_CHECKING:
    from collections.abc import Sequence

KINDS = ("intent", "synonym", "regex", "lookup")
MAIN = "data/nlu.yml"
STRIPPED = "\n\r "
BREAK = re.compile("[\x00-\x08\n-\x1f\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]")
"""What a block of lines cannot hold: it ends an example, for Rasa or for YAML. Such a text is an item of its own."""


class Line(msgspec.Struct, frozen=True):
    """One example as it is written."""

    source: str
    at: int
    """Line of the file, from one."""


class Block(msgspec.Struct, frozen=True, kw_only=True):
    """One item of `nlu:`."""

    kind: str
    name: str
    index: int
    """Its place in the list of its file."""
    is_list: bool
    """Whether its examples are items of their own, which may have metadata, instead of lines of one text."""
    lines: tuple[Line, ...]


@lru_cache(maxsize=256)
def blocks(text: str) -> tuple[Block, ...]:
    """Return what a file has below `nlu:`; nothing for a file that is no YAML."""
    found = [_block(index, node) for index, node in enumerate(yaml.items(yaml.entry(yaml.compose(text), "nlu")))]
    return tuple(block for block in found if block)


def _block(index: int, node: Any) -> Block | None:
    kind = next((kind for kind in KINDS if yaml.entry(node, kind) is not None), None)
    if kind is None:
        return None
    name, examples = yaml.scalar(yaml.entry(node, kind)), yaml.entry(node, "examples")
    is_list = examples is not None and examples.id == "sequence"
    lines = _listed(examples) if is_list else _lined(examples)
    return Block(kind=kind, name=name or "", index=index, is_list=is_list, lines=lines) if name else None


def _lined(node: Any) -> tuple[Line, ...]:
    first = node.start_mark.line + 2 if node is not None else 0
    rows = enumerate((yaml.scalar(node) or "").split("\n"))
    return tuple(
        Line(part[1:].strip(STRIPPED), first + number)
        for number, row in rows
        for part in row.splitlines()
        if part.startswith("-")
    )


def _listed(node: Any) -> tuple[Line, ...]:
    texts = [(yaml.scalar(yaml.entry(item, "text")), item.start_mark.line + 1) for item in yaml.items(node)]
    return tuple(Line((text or "").strip(STRIPPED), at) for text, at in texts)


def new_block(kind: str, name: str, sources: Sequence[str]) -> str:
    """Write an item; texts with line breaks make it one of items of their own."""
    head = f"- {kind}: {yaml.written(name)}\n  examples:"
    if any(map(BREAK.search, sources)):
        return f"{head}\n" + "".join(map(_list_line, sources))
    return f"{head} |\n" + "".join(f"    - {source}\n" for source in sources)


def _list_line(source: str) -> str:
    return f"  - text: {yaml.written(source)}\n"


def with_example(text: str, kind: str, name: str, sources: Sequence[str]) -> str:
    """Add examples at the end of the item of that name, or in a new one at the end of the file."""
    root = yaml.editable(text)
    needs_list = any(map(BREAK.search, sources))
    fits = [block for block in blocks(text) if (block.kind, block.name) == (kind, name) and block.lines]
    fitting = [block for block in fits if block.is_list or not needs_list]
    if not fitting:
        return yaml.apply(text, [yaml.added(text, root, "nlu", new_block(kind, name, sources))])
    block = fitting[0]
    if block.is_list:
        sequence = yaml.entry(_node(root, block), "examples")
        return yaml.apply(text, [_appended(text, sequence, "".join(map(_list_line, sources)))])
    return _rewritten(text, root, block, [*_rows(root, block), *(f"- {source}" for source in sources)])


def _appended(text: str, sequence: Any, lines: str) -> Splice:
    if sequence.flow_style:
        raise Uneditable("The examples are written in one line: edit the file as a text.")
    at = yaml.line_end(text, yaml.last(text, sequence))
    head = "\n" if at and text[at - 1] != "\n" else ""
    plain = "".join(line.removeprefix("  ") for line in lines.splitlines(keepends=True))
    return Splice(at, at, head + yaml.indented(plain, yaml.indentation(text, sequence)))


def with_lines(text: str, index: int, changes: dict[int, str | None]) -> str:
    """Replace examples of an item by their place, or remove them (None); an item without any goes too."""
    root = yaml.editable(text)
    block = next(block for block in blocks(text) if block.index == index)
    if all(changes.get(number, "") is None for number in range(len(block.lines))):
        return without(text, index)
    if block.is_list:
        return _with_items(text, root, block, changes)
    numbers = iter(range(len(block.lines)))
    rows = [(row, next(numbers) if row.startswith("-") else None) for row in _rows(root, block)]
    kept = [_row(row, number, changes) for row, number in rows]
    return _rewritten(text, root, block, [row for row in kept if row is not None])


def _row(row: str, number: int | None, changes: dict[int, str | None]) -> str | None:
    if number is None or number not in changes:
        return row
    source = changes[number]
    return None if source is None else f"- {source}"


def _with_items(text: str, root: Any, block: Block, changes: dict[int, str | None]) -> str:
    node = _node(root, block)
    nodes = yaml.items(yaml.entry(node, "examples"))
    if yaml.entry(node, "examples").flow_style:
        raise Uneditable("The examples are written in one line: edit the file as a text.")
    splices = []
    for number, source in changes.items():
        inner = yaml.entry(nodes[number], "text")
        if source is None:
            splices.append(Splice(*yaml.span(text, nodes[number]), ""))
        else:
            splices.append(Splice(inner.start_mark.index, yaml.last(text, inner), yaml.written(source)))
    return yaml.apply(text, splices)


def without(text: str, index: int) -> str:
    """Remove an item."""
    root = yaml.editable(text)
    return yaml.apply(text, [yaml.removed(text, root, "nlu", yaml.items(yaml.entry(root, "nlu"))[index])])


def renamed(text: str, index: int, name: str) -> str:
    """Give an item another name."""
    root = yaml.editable(text)
    block = next(block for block in blocks(text) if block.index == index)
    node = yaml.entry(_node(root, block), block.kind)
    return yaml.apply(text, [Splice(node.start_mark.index, yaml.last(text, node), yaml.written(name))])


def _node(root: Any, block: Block) -> Any:
    return yaml.items(yaml.entry(root, "nlu"))[block.index]


def _rows(root: Any, block: Block) -> list[str]:
    """Return the rows of a block of lines; where Rasa sees two examples in one row, there is no telling them apart."""
    rows = (yaml.scalar(yaml.entry(_node(root, block), "examples")) or "").rstrip("\n").split("\n")
    if any(BREAK.search(row) for row in rows):
        raise Uneditable("An example holds an unusual line break: edit the file as a text.")
    return rows


def _rewritten(text: str, root: Any, block: Block, rows: list[str]) -> str:
    """Write a block's rows; a block that is one already keeps its header, its indentation and all other rows."""
    node = yaml.entry(_node(root, block), "examples")
    start, end = node.start_mark.index, yaml.last(text, node)
    body = text[yaml.line_end(text, start) : end]
    first = next((line for line in body.split("\n") if line.strip()), "")
    if node.style == "|" and first:
        head, indent = text[start : yaml.line_end(text, start)], len(first) - len(first.lstrip(" "))
    else:
        head, indent = "|\n", _node(root, block).start_mark.column + 2
    lines = yaml.indented("\n".join(rows), indent)
    ending = "" if text[end:].lstrip(" ").startswith("\n") or end == len(text) else "\n"
    return yaml.apply(text, [Splice(start, end, head + lines + ending)])
