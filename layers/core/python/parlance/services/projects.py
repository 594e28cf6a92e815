"""Projects: there is one, and it can be begun."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from parlance.adapters.sql import take_turns, transaction
from parlance.domain import new_project
from parlance.domain.errors import Conflict, Unprocessable
from parlance.services import project
from parlance.services.versions import FILES

if TYPE_CHECKING:
    from parlance.domain.identity import Principal

NAME = "default"


def create(principal: Principal, name: str) -> dict[str, Any]:
    """Begin the project with a configuration and data that train and answer.

    Raises Conflict when it has files already, Unprocessable for another name.
    """
    if name != NAME:
        raise Unprocessable(f"There is one project here, {NAME}: install Parlance once for each assistant.")
    with transaction():
        take_turns(FILES)
        if project.export().files:
            raise Conflict("The project has files already.", code="ProjectExists")
        made = project.import_files(new_project.FILES, principal.username)
    return {"name": NAME, "project": NAME, "created_by": principal.username, "files": sorted(made.files)}
