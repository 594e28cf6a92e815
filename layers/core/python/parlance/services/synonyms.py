"""Synonyms in the project's files: what users say, and the value that the bot gets."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from parlance.domain.errors import Conflict, NotFound
from parlance.domain.training import terms as domain
from parlance.domain.training.etags import etag
from parlance.domain.training.examples import examples
from parlance.domain.training.ids import hash_of, number_of
from parlance.services import training_files

if TYPE_CHECKING:
    from collections.abc import Sequence

    from parlance.domain.project import Files
    from parlance.domain.training.terms import Term

SYNONYM = "synonym"


def list_synonyms(mapped_value: str) -> list[dict[str, Any]]:
    """Return every synonym, or those of a mapped value."""
    found = _described(training_files.read())
    return [one for one in found if not mapped_value or mapped_value in {v["value"] for v in one["mapped_values"]}]


def read_synonym(synonym: str) -> dict[str, Any]:
    """Return a synonym; raises NotFound."""
    return _one(training_files.read(), synonym)


def add_synonym(reference: str, values: Sequence[str], who: str) -> dict[str, Any]:
    """Add a synonym; raises Conflict when its name or a value is taken."""

    def edit(files: Files) -> Files:
        _check_free(files, values)
        return domain.create(files, SYNONYM, reference, values)

    return _one(training_files.change(edit, who), _id(reference))


def add_values(synonym: str, values: Sequence[str], who: str) -> dict[str, Any]:
    """Map more values to a synonym; raises NotFound, or Conflict when a value has another one."""

    def edit(files: Files) -> Files:
        _check_free(files, values)
        return domain.add(files, SYNONYM, _lines(files, synonym)[0].name, values)

    return _one(training_files.change(edit, who), synonym)


def rename_synonym(synonym: str, reference: str, who: str) -> dict[str, Any]:
    """Rename a synonym; raises NotFound, or Conflict when the name is taken."""

    def edit(files: Files) -> Files:
        return domain.rename(files, SYNONYM, _lines(files, synonym)[0].name, reference)

    return _one(training_files.change(edit, who), _id(reference))


def remove_synonym(synonym: str, who: str) -> None:
    """Remove a synonym with all its values; raises NotFound."""
    training_files.change(lambda files: domain.replace(files, _lines(files, synonym), None), who)


def change_value(synonym: str, value: str, new: str, who: str) -> dict[str, Any]:
    """Replace a mapped value; raises NotFound, or Conflict when the new one is taken."""

    def edit(files: Files) -> Files:
        old = _value(files, synonym, value)
        _check_free(files, [] if old[0].value == new else [new])
        return domain.replace(files, old, new)

    return _one(training_files.change(edit, who), synonym)


def remove_value(synonym: str, value: str, who: str) -> None:
    """Remove a mapped value; raises NotFound."""
    training_files.change(lambda files: domain.replace(files, _value(files, synonym, value), None), who)


def _id(reference: str) -> str:
    return str(number_of(hash_of(SYNONYM, reference)))


def _lines(files: Files, synonym: str) -> list[Term]:
    found = [term for term in domain.terms(files, SYNONYM) if str(term.list_id) == synonym]
    if not found:
        raise NotFound("No such synonym.", code="SynonymNotFound")
    return found


def _value(files: Files, synonym: str, value: str) -> list[Term]:
    found = [term for term in _lines(files, synonym) if str(term.id) == value]
    if not found:
        raise NotFound("No such value of this synonym.", code="SynonymValueNotFound")
    return found


def _check_free(files: Files, values: Sequence[str]) -> None:
    taken = {term.value for term in domain.terms(files, SYNONYM)}.intersection(value.strip() for value in values)
    if taken:
        raise Conflict(f"{min(taken)!r} is mapped already.", code="SynonymValueExists")


def _one(files: Files, synonym: str) -> dict[str, Any]:
    found = [one for one in _described(files) if str(one["id"]) == synonym]
    if not found:
        raise NotFound("No such synonym.", code="SynonymNotFound")
    return found[0]


def _described(files: Files) -> list[dict[str, Any]]:
    marks = [(example.text, mark) for example in examples(files) for mark in example.entities]
    uses = Counter((mark.value, text[mark.start : mark.end]) for text, mark in marks if isinstance(mark.value, str))
    known: dict[str, dict[str, Any]] = {}
    for term in domain.terms(files, SYNONYM):
        synonym = {"id": term.list_id, "synonym_reference": term.name, "mapped_values": []}
        values = known.setdefault(term.name, synonym)["mapped_values"]
        values.append({"id": term.id, "value": term.value, "nlu_examples_count": uses[term.name, term.value]})
    return [{**synonym, "etag": _etag(synonym)} for synonym in known.values()]


def _etag(synonym: dict[str, Any]) -> str:
    """Return the tag of what is said of a synonym; how many examples use it is no edit."""
    return etag("\n".join([synonym["synonym_reference"], *(value["value"] for value in synonym["mapped_values"])]))
