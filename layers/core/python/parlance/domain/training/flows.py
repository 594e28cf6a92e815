"""Stories and rules: items of the project's files, each kept as it was written."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any, Literal

import msgspec

from parlance.domain.errors import Invalid, NotFound
from parlance.domain.training import yaml_text as yaml
from parlance.domain.training.etags import etag, require
from parlance.domain.training.examples import is_data
from parlance.domain.training.ids import hash_of, number_of
from parlance.domain.training.yaml_text import Splice

if TYPE_CHECKING:
    from collections.abc import Sequence

    from parlance.domain.project import Files

Kind = Literal["stories", "rules"]
NAMES: dict[str, str] = {"stories": "story", "rules": "rule"}
STEPS = frozenset({"intent", "user", "action", "bot", "slot_was_set", "active_loop", "checkpoint", "or"})


class Flow(msgspec.Struct, frozen=True, kw_only=True):
    """A story or a rule, and where it stands."""

    kind: Kind
    name: str
    text: str
    """Its lines, moved to the left."""
    path: str
    line: int
    index: int
    repeat: int = 0
    """How many before it, in the same file, have the same name."""

    @property
    def id(self) -> int:
        """A number that stays while the name does, whatever happens to the steps."""
        return number_of(hash_of(self.kind, self.path, self.name, self.repeat))

    @property
    def document(self) -> str:
        """A YAML text of its own."""
        return f"{self.kind}:\n{self.text}"


def flows(files: Files, kind: Kind) -> list[Flow]:
    """Return all stories, or all rules, in the order of the files."""
    return [flow for path in sorted(filter(is_data, files)) for flow in of_file(path, files[path], kind)]


@lru_cache(maxsize=256)
def of_file(path: str, text: str, kind: Kind) -> tuple[Flow, ...]:
    """Return the stories, or the rules, of one file."""
    found, repeats = [], dict[str, int]()
    for index, node in enumerate(yaml.items(yaml.entry(yaml.compose(text), kind))):
        name = yaml.scalar(yaml.entry(node, NAMES[kind]))
        if name:
            repeat = repeats[name] = repeats.get(name, -1) + 1
            lines, line = yaml.lines_of_item(text, node), node.start_mark.line + 1
            flow = Flow(kind=kind, name=name, text=lines, path=path, line=line, index=index, repeat=repeat)
            found.append(flow)
    return tuple(found)


def read(text: str, kind: Kind) -> list[str]:
    """Return the items of a text that a client sends, each as lines; raises Invalid that says where it is wrong."""
    root = yaml.compose(text)
    nodes = yaml.items(yaml.entry(root, kind))
    if not nodes:
        raise Invalid(f"The text must be YAML with a list of items below {kind}.", code="StoryParseError")
    for node in nodes:
        _check(node, kind)
    yaml.editable(text)
    return [yaml.lines_of_item(text, node) for node in nodes]


def _check(node: Any, kind: Kind) -> None:
    if not yaml.scalar(yaml.entry(node, NAMES[kind])):
        raise _wrong(node, f"every item needs a name, `{NAMES[kind]}: ...`")
    steps = yaml.items(yaml.entry(node, "steps"))
    if not steps:
        raise _wrong(node, "it has no steps")
    for step in steps:
        if STEPS.isdisjoint(name for name, _, _ in yaml.entries(step)):
            raise _wrong(step, f"a step is one of {', '.join(sorted(STEPS))}")


def _wrong(node: Any, message: str) -> Invalid:
    return Invalid(f"line {node.start_mark.line + 1}: {message}.", code="StoryParseError")


def find(found: Sequence[Flow], name: str) -> Flow:
    """Return the one of this id; raises NotFound."""
    for flow in found:
        if str(flow.id) == name:
            return flow
    raise NotFound("No such story or rule.", code="StoryNotFound")


def add(files: Files, kind: Kind, items: Sequence[str], path: str = "") -> Files:
    """Put items at the end of a file: data/stories.yml or data/rules.yml unless another is named."""
    path = path or f"data/{kind}.yml"
    text = files.get(path, "")
    for lines in items:
        text = yaml.apply(text, [yaml.added(text, yaml.editable(text), kind, lines)])
    return {**files, path: text}


def replace_all(files: Files, kind: Kind, items: Sequence[str]) -> Files:
    """Remove every item of a kind and put these in their place."""
    return add({path: yaml.cleared(text, kind) if is_data(path) else text for path, text in files.items()}, kind, items)


def replace(files: Files, kind: Kind, name: str, lines: str, if_match: str | None) -> Files:
    """Write an item in the place of another; raises PreconditionFailed when that is not what the caller has read."""
    flow = find(flows(files, kind), name)
    require(etag(flow.text), if_match)
    text = files[flow.path]
    start, end = yaml.span(text, _node(text, flow))
    dash = text.index("-", start) - start
    return {**files, flow.path: yaml.apply(text, [Splice(start, end, yaml.indented(lines, dash))])}


def remove(files: Files, kind: Kind, name: str, if_match: str | None) -> Files:
    """Remove an item; raises PreconditionFailed when it is not what the caller has read."""
    flow = find(flows(files, kind), name)
    require(etag(flow.text), if_match)
    return without(files, flow)


def without(files: Files, flow: Flow) -> Files:
    """Take an item out of its file."""
    text = files[flow.path]
    root = yaml.editable(text)
    return {**files, flow.path: yaml.apply(text, [yaml.removed(text, root, flow.kind, _node(text, flow))])}


def _node(text: str, flow: Flow) -> Any:
    return yaml.items(yaml.entry(yaml.editable(text), flow.kind))[flow.index]
