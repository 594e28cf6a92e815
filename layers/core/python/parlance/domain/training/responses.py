"""The bot's responses: variations below `responses:` in the domain and in the files of training data."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Annotated, Any

import msgspec

from parlance.domain.errors import Conflict, Invalid, NotFound
from parlance.domain.project import DOMAIN, is_domain
from parlance.domain.training import yaml_text as yaml
from parlance.domain.training.etags import require
from parlance.domain.training.examples import is_data
from parlance.domain.training.ids import hash_of, number_of
from parlance.domain.training.plain import lines_of, value_of
from parlance.domain.training.yaml_text import Splice

if TYPE_CHECKING:
    from collections.abc import Sequence

    from parlance.domain.project import Files

KEY = "responses"
ResponseName = Annotated[str, msgspec.Meta(pattern=r"^utter_[\w/.+-]+$", max_length=255)]


class NewResponse(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A variation as clients send it; what is left out is not written."""

    response_name: ResponseName
    text: str | None = None
    custom: Any = None
    buttons: list[dict[str, Any]] | None = None
    image: str | None = None
    attachment: Any = None
    elements: list[dict[str, Any]] | None = None
    quick_replies: list[dict[str, Any]] | None = None
    channel: str | None = None

    @property
    def content(self) -> dict[str, Any]:
        """What is written into the file."""
        given = {name: value for name, value in msgspec.to_builtins(self).items() if name != "response_name"}
        return {name: value for name, value in given.items() if value not in (None, [], "")}


class Response(msgspec.Struct, frozen=True, kw_only=True):
    """A variation and where it stands."""

    name: str
    content: dict[str, Any]
    path: str
    line: int
    index: int
    repeat: int = 0

    @property
    def digest(self) -> str:
        """The hash of its content."""
        return hash_of("response", self.name, msgspec.json.encode(self.content).decode(), self.repeat)

    @property
    def etag(self) -> str:
        """The entity tag of its content."""
        return f'"{self.digest}"'

    @property
    def id(self) -> int:
        """A number that another content changes."""
        return number_of(self.digest)


def may_hold(path: str) -> bool:
    """Whether Rasa reads responses from a file."""
    return is_domain(path) or is_data(path)


def responses(files: Files) -> list[Response]:
    """Return every variation, in the order of the files."""
    found: list[Response] = []
    repeats: dict[str, int] = {}
    for path in sorted(filter(may_hold, files)):
        for response in _of_file(path, files[path]):
            repeat = repeats[response.digest] = repeats.get(response.digest, -1) + 1
            found.append(msgspec.structs.replace(response, repeat=repeat) if repeat else response)
    return found


@lru_cache(maxsize=256)
def _of_file(path: str, text: str) -> tuple[Response, ...]:
    return tuple(
        Response(name=name, content=value_of(node), path=path, line=node.start_mark.line + 1, index=index)
        for name, _, variations in yaml.entries(yaml.entry(yaml.compose(text), KEY))
        for index, node in enumerate(yaml.items(variations))
        if node.id == "mapping"
    )


def find(found: Sequence[Response], name: str) -> Response:
    """Return the variation of this id; raises NotFound."""
    for response in found:
        if str(response.id) == name:
            return response
    raise NotFound("No such response.", code="ResponseNotFound")


def add(files: Files, new: NewResponse) -> Files:
    """Put a variation behind those of its name, else a new name at the end of the responses."""
    _check(new)
    same = [one for one in responses(files) if one.name == new.response_name]
    path = same[0].path if same else _home(files)
    text = files.get(path, "")
    root = yaml.editable(text)
    known = yaml.entry(root, KEY)
    if same:
        splice = yaml.added(text, known, new.response_name, lines_of([new.content]))
    else:
        splice = _new_name(text, root, lines_of({new.response_name: [new.content]}))
    return {**files, path: yaml.apply(text, [splice])}


def _home(files: Files) -> str:
    """Return the file where new responses go: the first part of the domain that has some."""
    parts = sorted(filter(is_domain, files), key=lambda path: (path != DOMAIN, path))
    having = [path for path in parts if yaml.entry(yaml.compose(files[path]), KEY) is not None]
    return [*having, *parts, DOMAIN][0]


def _new_name(text: str, root: Any, lines: str) -> Splice:
    known = yaml.entry(root, KEY)
    if known is None or not yaml.entries(known):
        return yaml.added(text, root, KEY, yaml.indented(lines, 2))
    if known.flow_style:
        raise yaml.Uneditable("The responses are written in one line: edit the file as a text.")
    at = yaml.line_end(text, yaml.last(text, known))
    head = "\n" if text[at - 1] != "\n" else ""
    return Splice(at, at, head + yaml.indented(lines, known.value[0][0].start_mark.column))


def replace(files: Files, name: str, new: NewResponse, if_match: str | None) -> Files:
    """Write a variation in the place of another; keys that the API does not know stay."""
    _check(new)
    old = find(responses(files), name)
    require(old.etag, if_match)
    known = set(NewResponse.__struct_fields__)
    content = {**new.content, **{key: value for key, value in old.content.items() if key not in known}}
    if old.name != new.response_name:
        kept = remove(files, name, None)
        return add(kept, new)
    text = files[old.path]
    start, end = yaml.span(text, _node(text, old))
    dash = text.index("-", start) - start
    return {**files, old.path: yaml.apply(text, [Splice(start, end, yaml.indented(lines_of([content]), dash))])}


def remove(files: Files, name: str, if_match: str | None) -> Files:
    """Remove a variation, and the name with its last one."""
    old = find(responses(files), name)
    require(old.etag, if_match)
    text = files[old.path]
    root = yaml.editable(text)
    known = yaml.entry(root, KEY)
    variations = yaml.entry(known, old.name)
    if len(yaml.items(variations)) > 1:
        splice = yaml.removed(text, known, old.name, _node(text, old))
    else:
        splice = _without_name(text, root, old.name)
    return {**files, old.path: yaml.apply(text, [splice])}


def _without_name(text: str, root: Any, name: str) -> Splice:
    known = yaml.entry(root, KEY)
    key, value = next((key, value) for found, key, value in yaml.entries(known) if found == name)
    if known.flow_style:
        raise yaml.Uneditable("The responses are written in one line: edit the file as a text.")
    end = yaml.line_end(text, yaml.last(text, value))
    if len(known.value) > 1:
        return Splice(yaml.line_start(text, key.start_mark.index), end, "")
    holder = next(node for found, node, _ in yaml.entries(root) if found == KEY)
    return Splice(text.index(":", holder.end_mark.index) + 1, end, " {}\n")


def replace_all(files: Files, given: Sequence[NewResponse]) -> Files:
    """Remove every response and write these."""
    changed = files
    for old in reversed(responses(files)):
        changed = remove(changed, str(old.id), None)
    for new in given:
        changed = add(changed, new)
    return changed


def rename(files: Files, name: str, new: str) -> Files:
    """Rename a response wherever its name stands: responses, actions of the domain, steps of stories and rules.

    Raises NotFound, or Conflict when there is a response of the new name.
    """
    names = {one.name for one in responses(files)}
    if name not in names:
        raise NotFound("No such response.", code="ResponseNotFound")
    if new in names and new != name:
        raise Conflict("There is a response of this name already.", code="NameTaken")
    return {path: _renamed(text, name, new) if may_hold(path) else text for path, text in files.items()}


def _renamed(text: str, name: str, new: str) -> str:
    if name not in text:
        return text
    root = yaml.editable(text)
    places = [key for found, key, _ in yaml.entries(yaml.entry(root, KEY)) if found == name]
    places += [node for node in yaml.items(yaml.entry(root, "actions")) if yaml.scalar(node) == name]
    for node in yaml.nodes(root):
        places += [value for found, _, value in yaml.entries(node) if found == "action" and yaml.scalar(value) == name]
    splices = [Splice(node.start_mark.index, yaml.last(text, node), yaml.written(new)) for node in places]
    return yaml.apply(text, splices)


def _check(new: NewResponse) -> None:
    if not new.content:
        raise Invalid("A response has a text, or something custom, or another part.", code="InvalidResponse")


def _node(text: str, response: Response) -> Any:
    return yaml.items(yaml.entry(yaml.entry(yaml.editable(text), KEY), response.name))[response.index]
