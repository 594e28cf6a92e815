"""Training examples that were made from the messages of erased conversations."""

from __future__ import annotations

from typing import TYPE_CHECKING

from parlance.adapters import annotated
from parlance.domain.errors import NotFound
from parlance.domain.training import examples as domain
from parlance.services import training_files

if TYPE_CHECKING:
    from parlance.domain.project import Files


def forget(senders: list[str], who: str) -> dict[str, int]:
    """Remove the examples that only these conversations said; returns how many of each.

    What a developer wrote stays, also when users say the same; so does what other conversations said too. Raises
    Conflict when an example stands in a file that cannot be changed in part: then nothing at all is erased.
    """
    found = annotated.only_in(senders)
    if not found:
        return {}
    training_files.change(lambda files: _without(files, [row["example"] for row in found]), who)
    annotated.drop([row["hash"] for row in found])
    said = [row["sender_id"] for row in found]
    return {sender: said.count(sender) for sender in said}


def _without(files: Files, hashes: list[str]) -> Files:
    for name in hashes:
        try:
            files = domain.remove(files, name)
        except NotFound:  # somebody has removed or rewritten it
            continue
    return files
