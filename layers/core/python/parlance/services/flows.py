"""Stories and rules: listed, drawn, added, replaced and removed in the project's files."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from parlance.domain.training import flows as domain
from parlance.domain.training.drawing import draw
from parlance.domain.training.etags import etag
from parlance.domain.training.yaml_text import HEAD
from parlance.services import training_files

if TYPE_CHECKING:
    from parlance.domain.project import Files
    from parlance.domain.training.flows import Flow, Kind
    from parlance.services.training_files import Author


class FlowFilter(msgspec.Struct, frozen=True, kw_only=True):
    """Which stories or rules are wanted."""

    q: str = ""
    id: tuple[str, ...] = ()
    distinct: bool = False


def list_flows(kind: Kind, wanted: FlowFilter) -> list[dict[str, Any]]:
    """Return what a filter means, each with its text as YAML."""
    files, authors = training_files.read_with_authors()
    return [_described(flow, authors[flow.path]) for flow in _chosen(files, kind, wanted)]


def as_yaml(kind: Kind, wanted: FlowFilter) -> str:
    """Return the same as one YAML text."""
    found = _chosen(training_files.read(), kind, wanted)
    return f"{HEAD}{kind}:\n" + "\n".join(flow.text for flow in found) if found else f"{HEAD}{kind}: []\n"


def as_graph(kind: Kind, wanted: FlowFilter) -> str:
    """Return the same as a drawing for Graphviz."""
    return draw(_chosen(training_files.read(), kind, wanted))


def read_flow(kind: Kind, name: str) -> tuple[dict[str, Any], str]:
    """Return a story or rule and its entity tag; raises NotFound."""
    files, authors = training_files.read_with_authors()
    flow = domain.find(domain.flows(files, kind), name)
    return _described(flow, authors[flow.path]), etag(flow.text)


def add_flows(kind: Kind, text: str, who: str) -> list[dict[str, Any]]:
    """Add what a YAML text holds and return it; raises Invalid that says where the text is wrong."""
    items = domain.read(text, kind)
    training_files.change(lambda files: domain.add(files, kind, items), who)
    return list_flows(kind, FlowFilter())[-len(items) :] if items else []


def replace_flows(kind: Kind, text: str, who: str) -> list[dict[str, Any]]:
    """Remove all of a kind and add what a YAML text holds."""
    items = domain.read(text, kind)
    training_files.change(lambda files: domain.replace_all(files, kind, items), who)
    return list_flows(kind, FlowFilter())


def replace_flow(kind: Kind, name: str, text: str, *, who: str, if_match: str | None) -> tuple[dict[str, Any], str]:
    """Replace one, by its text; raises NotFound, Invalid, or PreconditionFailed when somebody else was faster."""
    lines = "".join(domain.read(text, kind))
    place: list[Flow] = []

    def edit(files: Files) -> Files:
        place.append(domain.find(domain.flows(files, kind), name))
        return domain.replace(files, kind, name, lines, if_match)

    after = training_files.change(edit, who)
    here = [flow for flow in domain.flows(after, kind) if (flow.path, flow.index) == (place[0].path, place[0].index)]
    return read_flow(kind, str(here[0].id))


def remove_flow(kind: Kind, name: str, *, who: str, if_match: str | None) -> None:
    """Remove one; raises NotFound, or PreconditionFailed when somebody else has changed it."""
    training_files.change(lambda files: domain.remove(files, kind, name, if_match), who)


def _chosen(files: Files, kind: Kind, wanted: FlowFilter) -> list[Flow]:
    needle, ids, seen = wanted.q.casefold(), set(wanted.id), set[str]()
    found = []
    for flow in domain.flows(files, kind):
        is_meant = needle in flow.text.casefold() and (not ids or str(flow.id) in ids)
        if is_meant and not (wanted.distinct and flow.text in seen):
            found.append(flow)
            seen.add(flow.text)
    return found


def _described(flow: Flow, author: Author) -> dict[str, Any]:
    return {
        "id": flow.id,
        "name": flow.name,
        "story": flow.document,
        "annotation": {"user": author.user, "time": author.time},
        "filename": flow.path,
        "line": flow.line,
        "is_rule": flow.kind == "rules",
        "etag": etag(flow.text),
    }
