"""Training examples as people see them: a text, its intent, its entities; kept as lines of the project's files."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Annotated

import msgspec

from parlance.domain.conversations import Number
from parlance.domain.errors import Conflict, Invalid, NotFound
from parlance.domain.training import blocks as nlu
from parlance.domain.training import entities as marks
from parlance.domain.training.entities import Entity
from parlance.domain.training.ids import hash_of, number_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from parlance.domain.project import Files

LARGEST_LIST = 10_000
LARGEST_EDIT = 1_000
Name = Annotated[str, msgspec.Meta(min_length=1, max_length=255, pattern=r"^[^\x00-\x1f\x7f]+$")]
Text = Annotated[str, msgspec.Meta(min_length=1, max_length=10_000)]


class NewExample(msgspec.Struct, frozen=True, kw_only=True):
    """An example as clients send it."""

    text: Text
    intent: Name
    entities: tuple[Entity, ...] = ()
    intent_mapped_to: Name | None = None
    """The intent that a temporary one became."""


class Example(msgspec.Struct, frozen=True, kw_only=True):
    """An example and where it stands."""

    text: str
    intent: str
    entities: tuple[Entity, ...]
    path: str
    line: int
    index: int
    """Its item's place below `nlu:` of the file."""
    number: int
    """Its place in the item."""
    repeat: int = 0
    """How many examples before it have the same text."""

    @property
    def hash(self) -> str:
        """The hash by which the inbox, too, names the text."""
        return hash_of(self.text)

    @property
    def id(self) -> int:
        """A number of its own, also for one of several with the same text."""
        return number_of(hash_of(self.text, self.repeat) if self.repeat else self.hash)


class Edits(msgspec.Struct, frozen=True, kw_only=True):
    """Many edits of one request: examples to add, and those to take away, each by its id or hash."""

    add: Annotated[tuple[NewExample, ...], msgspec.Meta(max_length=LARGEST_EDIT)] = ()
    remove: Annotated[tuple[str, ...], msgspec.Meta(max_length=LARGEST_EDIT)] = ()

    def check(self) -> None:
        """Raise Invalid when nothing is to be done, or when one text is to stand under two intents."""
        texts = [_written(new)[0] for new in self.add]
        if not texts and not self.remove:
            raise Invalid("Say what to do: add or remove.")
        if len(set(texts)) < len(texts):
            raise Invalid("add: a text is named twice.")


class Edited(msgspec.Struct, frozen=True):
    """The hashes of the texts that came, and of those that went; what was not there did not go."""

    added: tuple[str, ...]
    removed: tuple[str, ...]


class ExampleFilter(msgspec.Struct, frozen=True, kw_only=True):
    """Which examples are wanted."""

    q: str = ""
    intent: tuple[str, ...] = ()
    entities: tuple[str, ...] = ()
    sorted: bool = False
    distinct: bool = False
    limit: Number = LARGEST_LIST
    offset: Number = 0


def is_data(path: str) -> bool:
    """Whether Rasa reads training data from a file."""
    return path.startswith("data/") and path.endswith((".yml", ".yaml"))


def examples(files: Files) -> list[Example]:
    """Return all examples of a project, in the order of its files."""
    found: list[Example] = []
    repeats: dict[str, int] = {}
    for path in sorted(filter(is_data, files)):
        for example in _examples(path, files[path]):
            repeat = repeats[example.text] = repeats.get(example.text, -1) + 1
            found.append(msgspec.structs.replace(example, repeat=repeat) if repeat else example)
    return found


@lru_cache(maxsize=256)
def _examples(path: str, text: str) -> tuple[Example, ...]:
    return tuple(_of_file(path, text))


def _of_file(path: str, text: str) -> Iterator[Example]:
    for block in nlu.blocks(text):
        for number, line in enumerate(block.lines if block.kind == "intent" else ()):
            plain, found = marks.read(line.source)
            if plain:
                yield Example(
                    text=plain, intent=block.name, entities=found,
                    path=path, line=line.at, index=block.index, number=number,
                )  # fmt: skip


def chosen(found: list[Example], wanted: ExampleFilter) -> list[Example]:
    """Return the examples that a filter means, all of them."""
    needle, intents, entities = wanted.q.casefold(), set(wanted.intent), set(wanted.entities)
    kept = [
        example
        for example in found
        if (not needle or needle in example.text.casefold())
        and (not intents or example.intent in intents)
        and (not entities or any(entity.entity in entities for entity in example.entities))
        and not (wanted.distinct and example.repeat)
    ]
    return sorted(kept, key=lambda example: (example.intent, example.text)) if wanted.sorted else kept


def find(found: list[Example], name: str) -> Example:
    """Return the example that a client names by id or by hash; raises NotFound."""
    for example in found:
        if name in (str(example.id), example.hash):
            return example
    raise NotFound("No such training example.", code="TrainingExampleNotFound")


def add(files: Files, new: NewExample) -> Files:
    """Write an example in place of those with the same text, into data/nlu.yml if there are none."""
    text, source = _written(new)
    same = [example for example in examples(files) if example.text == text]
    if same and same[0].intent == _intent(new):
        return _replaced(files, same, source)
    kept = _replaced(files, same, None) if same else files
    path = same[0].path if same else nlu.MAIN
    return {**kept, path: nlu.with_example(kept.get(path, ""), "intent", _intent(new), [source])}


def change(files: Files, name: str, new: NewExample) -> Files:
    """Write an example in the place of another; raises Conflict when a third one has the text already."""
    found = examples(files)
    old = find(found, name)
    text, source = _written(new)
    if any(example.text == text and example.id != old.id and text != old.text for example in found):
        raise Conflict("Another example has this text already.", code="TrainingExampleExists")
    if old.intent == _intent(new):
        return _replaced(files, [old], source)
    kept = _replaced(files, [old], None)
    return {**kept, old.path: nlu.with_example(kept[old.path], "intent", _intent(new), [source])}


def remove(files: Files, name: str) -> Files:
    """Take an example out of its file; raises NotFound."""
    return _replaced(files, [find(examples(files), name)], None)


def add_many(files: Files, new: tuple[NewExample, ...]) -> Files:
    """Write examples as `add` does; those whose text is new are written intent by intent, at once."""
    known = {example.text for example in examples(files)}
    fresh: dict[str, list[str]] = {}
    for one in new:
        text, source = _written(one)
        if text in known:
            files = add(files, one)
        else:
            fresh.setdefault(_intent(one), []).append(source)
    for intent, sources in fresh.items():
        files = {**files, nlu.MAIN: nlu.with_example(files.get(nlu.MAIN, ""), "intent", intent, sources)}
    return files


def remove_many(files: Files, names: tuple[str, ...]) -> tuple[Files, list[Example]]:
    """Take examples out of their files; returns those that were there."""
    wanted = set(names)
    found = [one for one in examples(files) if str(one.id) in wanted or (not one.repeat and one.hash in wanted)]
    return _replaced(files, found, None) if found else files, found


def _replaced(files: Files, found: list[Example], source: str | None) -> Files:
    """Write `source` for the first of these examples and remove the others; from the end, so that places stay true."""
    changed = dict(files)
    for example in sorted(found, key=lambda one: (one.path, one.index, one.number), reverse=True):
        new = source if example is found[0] else None
        changed[example.path] = nlu.with_lines(changed[example.path], example.index, {example.number: new})
    return changed


def _intent(new: NewExample) -> str:
    return new.intent_mapped_to or new.intent


def _written(new: NewExample) -> tuple[str, str]:
    """Return the text as Rasa will see it, and its line."""
    text = new.text.strip(nlu.STRIPPED)
    cut = len(new.text) - len(new.text.lstrip(nlu.STRIPPED))
    if not text:
        raise Invalid("text: it is empty.")
    moved = [msgspec.structs.replace(mark, start=mark.start - cut, end=mark.end - cut) for mark in new.entities]
    return text, marks.write(text, moved)
