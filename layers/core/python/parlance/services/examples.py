"""Training examples: searched, added, changed and removed in the project's files."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from parlance.adapters import annotated
from parlance.adapters.sql import transaction
from parlance.domain.training import examples as domain
from parlance.domain.training.etags import etag
from parlance.domain.training.ids import hash_of, number_of
from parlance.services import training_files

if TYPE_CHECKING:
    from parlance.domain.training.entities import Entity
    from parlance.domain.training.examples import Example, ExampleFilter, NewExample
    from parlance.services.training_files import Author


def list_examples(wanted: ExampleFilter) -> tuple[list[dict[str, Any]], int]:
    """Return the examples that a filter means, and how many there are without its limit."""
    files, authors = training_files.read_with_authors()
    found = domain.chosen(domain.examples(files), wanted)
    limit = min(wanted.limit, domain.LARGEST_LIST)
    page = found[wanted.offset : wanted.offset + limit]
    return [_described(example, authors[example.path]) for example in page], len(found)


def read_example(name: str) -> dict[str, Any]:
    """Return an example by id or hash; raises NotFound."""
    files, authors = training_files.read_with_authors()
    example = domain.find(domain.examples(files), name)
    return _described(example, authors[example.path])


def add_example(new: NewExample, who: str) -> dict[str, Any]:
    """Add an example; one with the same text is replaced. That users said its text first is noted."""
    with transaction():
        annotated.note(hash_of(new.text), _hash(new))
        training_files.change(lambda files: domain.add(files, new), who)
    return read_example(_hash(new))


def change_example(name: str, new: NewExample, who: str) -> dict[str, Any]:
    """Replace an example; raises NotFound, or Conflict when another one has the text."""
    training_files.change(lambda files: domain.change(files, name, new), who)
    return read_example(_hash(new))


def remove_example(name: str, who: str) -> None:
    """Remove an example; raises NotFound."""
    training_files.change(lambda files: domain.remove(files, name), who)


def _hash(new: NewExample) -> str:
    return hash_of(new.text.strip("\n\r "))


def _described(example: Example, author: Author) -> dict[str, Any]:
    return {
        "id": example.id,
        "text": example.text,
        "intent": example.intent,
        "entities": [_entity(example.text, entity) for entity in example.entities],
        "hash": example.hash,
        "annotation": {"user": author.user, "time": author.time},
        "path": example.path,
        "line": example.line,
        "etag": etag(f"{example.intent}\0{example.entities}\0{example.text}"),
    }


def _entity(text: str, entity: Entity) -> dict[str, Any]:
    is_synonym = entity.value != text[entity.start : entity.end]
    synonym = number_of(hash_of("synonym", entity.value)) if is_synonym else None
    return {**msgspec.to_builtins(entity), "entity_synonym_id": synonym}
