"""Regexes and lookup tables in the project's files."""

from __future__ import annotations

import base64
import binascii
import re
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any

from parlance.domain.errors import Conflict, Invalid, NotFound
from parlance.domain.training import terms as domain
from parlance.domain.training.etags import etag, tagged
from parlance.services import training_files

if TYPE_CHECKING:
    from parlance.domain.project import Files
    from parlance.domain.training.terms import Term

REGEX, LOOKUP = "regex", "lookup"


def list_regexes() -> list[dict[str, Any]]:
    """Return every pattern."""
    return list(map(_regex, domain.terms(training_files.read(), REGEX)))


def read_regex(regex: str) -> dict[str, Any]:
    """Return a pattern; raises NotFound."""
    return _regex(_one(training_files.read(), regex)[0])


def add_regex(name: str, pattern: str, who: str) -> dict[str, Any]:
    """Add a pattern; raises Invalid when it is none, Conflict when it is there already."""
    _check(pattern)

    def edit(files: Files) -> Files:
        if any((term.name, term.value) == (name, pattern.strip()) for term in domain.terms(files, REGEX)):
            raise Conflict("There is such a regex already.", code="NameTaken")
        return domain.add(files, REGEX, name, [pattern])

    return _named(training_files.change(edit, who), name, pattern)


def change_regex(regex: str, name: str, pattern: str, who: str) -> dict[str, Any]:
    """Replace a pattern, under its name or another; raises NotFound, or Invalid when it is none."""
    _check(pattern)

    def edit(files: Files) -> Files:
        old = _one(files, regex)
        if old[0].name == name:
            return domain.replace(files, old, pattern)
        return domain.add(domain.replace(files, old, None), REGEX, name, [pattern])

    return _named(training_files.change(edit, who), name, pattern)


def remove_regex(regex: str, who: str) -> None:
    """Remove a pattern; raises NotFound."""
    training_files.change(lambda files: domain.replace(files, _one(files, regex), None), who)


def _one(files: Files, regex: str) -> list[Term]:
    found = [term for term in domain.terms(files, REGEX) if str(term.id) == regex]
    if not found:
        raise NotFound("No such regex.", code="RegexNotFound")
    return found


def _check(pattern: str) -> None:
    try:
        re.compile(pattern)
    except (re.error, OverflowError, RecursionError) as error:
        raise Invalid(f"pattern: {error}", code="InvalidRegex") from error


def _named(files: Files, name: str, pattern: str) -> dict[str, Any]:
    terms = domain.terms(files, REGEX)
    return _regex(next(term for term in terms if (term.name, term.value) == (name, pattern.strip())))


def _regex(term: Term) -> dict[str, Any]:
    return tagged({"id": term.id, "name": term.name, "pattern": term.value, "path": term.path}, "path")


def list_lookups() -> list[dict[str, Any]]:
    """Return every lookup table, without its elements."""
    return _lookups(training_files.read())


def read_lookup(lookup: str) -> str:
    """Return a lookup table's elements, one a line; raises NotFound."""
    return "".join(f"{term.value}\n" for term in _table(training_files.read(), lookup))


def find_lookup(lookup: str) -> dict[str, Any]:
    """Return a lookup table without its elements; raises NotFound."""
    found = [table for table in list_lookups() if str(table["id"]) == lookup]
    if not found:
        raise NotFound("No such lookup table.", code="LookupTableNotFound")
    return found[0]


def add_lookup(filename: str, content: str, who: str) -> dict[str, Any]:
    """Add a lookup table named like its file; raises Invalid for no base64 text, Conflict for a name that is taken."""
    name, elements = PurePosixPath(filename).stem, _elements(content)
    files = training_files.change(lambda files: domain.create(files, LOOKUP, name, elements), who)
    return next(table for table in _lookups(files) if table["name"] == name)


def remove_lookup(lookup: str, who: str) -> None:
    """Remove a lookup table; raises NotFound."""
    training_files.change(lambda files: domain.replace(files, _table(files, lookup), None), who)


def _elements(content: str) -> list[str]:
    try:
        text = base64.b64decode(content, validate=True).decode()
    except (binascii.Error, ValueError) as error:
        raise Invalid("content: send the file's UTF-8 text in base64.") from error
    elements = [line for line in text.splitlines() if line.strip()]
    if not elements:
        raise Invalid("content: the file has no lines.")
    return elements


def _table(files: Files, lookup: str) -> list[Term]:
    found = [term for term in domain.terms(files, LOOKUP) if str(term.list_id) == lookup]
    if not found:
        raise NotFound("No such lookup table.", code="LookupTableNotFound")
    return found


def _lookups(files: Files) -> list[dict[str, Any]]:
    tables: dict[str, list[Term]] = {}
    for term in domain.terms(files, LOOKUP):
        tables.setdefault(term.name, []).append(term)
    return [
        {
            "id": rows[0].list_id,
            "name": name,
            "elements": rows[0].path,
            "number_of_elements": len(rows),
            "etag": etag("".join(f"{row.value}\n" for row in rows)),
        }
        for name, rows in tables.items()
    ]
