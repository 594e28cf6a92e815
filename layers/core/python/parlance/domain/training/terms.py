"""Regexes, lookup tables and synonyms: named lists of lines below `nlu:` in the project's files."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from parlance.domain.errors import Conflict, Invalid
from parlance.domain.training import blocks as nlu
from parlance.domain.training.examples import is_data
from parlance.domain.training.ids import hash_of, number_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from parlance.domain.project import Files


class Term(msgspec.Struct, frozen=True, kw_only=True):
    """One line of one list."""

    kind: str
    name: str
    value: str
    path: str
    index: int
    number: int

    @property
    def id(self) -> int:
        """The line's number."""
        return number_of(hash_of(self.kind, self.name, self.value))

    @property
    def list_id(self) -> int:
        """The whole list's number; for a synonym the one that entities refer to."""
        return number_of(hash_of(self.kind, self.name))


def terms(files: Files, kind: str) -> list[Term]:
    """Return all lines of all lists of a kind."""
    return [
        Term(kind=kind, name=block.name, value=line.source, path=path, index=block.index, number=number)
        for path in sorted(filter(is_data, files))
        for block in nlu.blocks(files[path])
        if block.kind == kind
        for number, line in enumerate(block.lines)
        if line.source
    ]


def add(files: Files, kind: str, name: str, values: Sequence[str]) -> Files:
    """Add lines to a list, in the file that has it, else in data/nlu.yml; what is there already stays."""
    same = [term for term in terms(files, kind) if term.name == name]
    new = [value for value in dict.fromkeys(map(_line, values)) if value not in {term.value for term in same}]
    path = same[0].path if same else nlu.MAIN
    return {**files, path: nlu.with_example(files.get(path, ""), kind, name, new)} if new else files


def create(files: Files, kind: str, name: str, values: Sequence[str]) -> Files:
    """Add a list; raises Conflict when there is one of that name."""
    if any(term.name == name for term in terms(files, kind)):
        raise Conflict(f"There is a {kind} of this name already.", code="NameTaken")
    return add(files, kind, name, values)


def replace(files: Files, found: Sequence[Term], value: str | None) -> Files:
    """Write `value` for the first of these lines and remove the others (all: None)."""
    changed = dict(files)
    for term in sorted(found, key=lambda one: (one.path, one.index, one.number), reverse=True):
        new = _line(value) if value is not None and term is found[0] else None
        changed[term.path] = nlu.with_lines(changed[term.path], term.index, {term.number: new})
    return changed


def rename(files: Files, kind: str, name: str, new: str) -> Files:
    """Give every list of a name another; raises Conflict when that is taken."""
    everything = {
        block.name for path in filter(is_data, files) for block in nlu.blocks(files[path]) if block.kind == kind
    }
    if new != name and new in everything and kind != "intent":
        raise Conflict(f"There is a {kind} of this name already.", code="NameTaken")
    changed = dict(files)
    for path in filter(is_data, files):
        for block in nlu.blocks(files[path]):
            if (block.kind, block.name) == (kind, name):
                changed[path] = nlu.renamed(changed[path], block.index, new)
    return changed


def _line(value: str) -> str:
    plain = value.strip(nlu.STRIPPED)
    if not plain or nlu.BREAK.search(plain):
        raise Invalid("Every value is one line of text.")
    return plain
