"""Names that the domain lists: intents and actions as items, forms as keys."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from parlance.domain.errors import Conflict, NotFound
from parlance.domain.project import DOMAIN, is_domain
from parlance.domain.training import yaml_text as yaml
from parlance.domain.training.yaml_text import Splice

if TYPE_CHECKING:
    from collections.abc import Iterator

    from parlance.domain.project import Files


def names(files: Files, key: str) -> list[str]:
    """Return the names below a key of the domain, each once, in their order."""
    return list(dict.fromkeys(name for name, _, _ in _places(files, key)))


def _places(files: Files, key: str) -> Iterator[tuple[str, str, Any]]:
    """Yield names, their files, and the nodes that hold them: an item that is a mapping has its name as its key."""
    for path in sorted(filter(is_domain, files)):
        holder = yaml.entry(yaml.compose(files[path]), key)
        for name, node, _ in yaml.entries(holder):
            yield name, path, node
        for item in yaml.items(holder):
            inner = next((node for _, node, _ in yaml.entries(item)), item)
            if yaml.scalar(inner):
                yield str(inner.value), path, inner


def add(files: Files, key: str, name: str) -> Files:
    """Put a name at the end of a list of the domain; raises Conflict when it is there."""
    if name in names(files, key):
        raise Conflict(f"{name} is in the domain already.", code="NameTaken")
    parts = sorted(filter(is_domain, files), key=lambda path: (path != DOMAIN, path))
    having = [path for path in parts if yaml.entry(yaml.compose(files[path]), key) is not None]
    path = [*having, *parts, DOMAIN][0]
    text = files.get(path, "")
    return {**files, path: yaml.apply(text, [yaml.added(text, yaml.editable(text), key, f"- {yaml.written(name)}\n")])}


def rename(files: Files, key: str, name: str, new: str) -> Files:
    """Rename it in the domain; raises NotFound, or Conflict when the new name is there."""
    if new != name and new in names(files, key):
        raise Conflict(f"{new} is in the domain already.", code="NameTaken")
    path, node = _place(files, key, name)
    text = files[path]
    yaml.editable(text)
    splice = Splice(node.start_mark.index, yaml.last(text, node), yaml.written(new))
    return {**files, path: yaml.apply(text, [splice])}


def remove(files: Files, key: str, name: str) -> Files:
    """Take a name out of a list of the domain; raises NotFound."""
    path, _ = _place(files, key, name)
    text = files[path]
    root = yaml.editable(text)
    sequence = yaml.entry(root, key)
    for item in yaml.items(sequence):
        held = yaml.scalar(item) or next((found for found, _, _ in yaml.entries(item)), "")
        if held == name and not sequence.flow_style:
            return {**files, path: yaml.apply(text, [yaml.removed(text, root, key, item)])}
    raise yaml.Uneditable(f"{key} cannot be changed in part: edit the file as a text.")


def _place(files: Files, key: str, name: str) -> tuple[str, Any]:
    for found, path, node in _places(files, key):
        if found == name:
            return path, node
    raise NotFound(f"{name} is not in the domain.")
