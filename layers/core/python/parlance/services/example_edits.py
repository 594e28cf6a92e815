"""Many training examples added and removed by one request: one edit of the files, whole or not at all."""

from __future__ import annotations

from typing import TYPE_CHECKING

from parlance.adapters import annotated
from parlance.adapters.sql import transaction
from parlance.domain.errors import Forbidden
from parlance.domain.training import examples as domain
from parlance.domain.training.examples import Edited
from parlance.domain.training.ids import hash_of
from parlance.services import training_files

if TYPE_CHECKING:
    from parlance.domain.identity import Principal
    from parlance.domain.project import Files
    from parlance.domain.training.examples import Edits, Example


def edit(principal: Principal, wanted: Edits) -> Edited:
    """Remove, then add; that users said a text first is noted. Raises Forbidden, Invalid."""
    wanted.check()
    if wanted.remove and "examples:delete" not in principal.scopes:
        raise Forbidden("This needs the permission examples:delete.")
    gone: list[Example] = []

    def work(files: Files) -> Files:
        kept, found = domain.remove_many(files, wanted.remove)
        gone[:] = found
        return domain.add_many(kept, wanted.add)

    with transaction():
        added = [hash_of(new.text.strip("\n\r ")) for new in wanted.add]
        annotated.note_many([hash_of(new.text) for new in wanted.add], added)
        training_files.change(work, principal.username)
    return Edited(added=tuple(added), removed=tuple(one.hash for one in gone))
