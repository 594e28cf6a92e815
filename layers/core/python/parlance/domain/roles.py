"""Roles: what each grants, as clients write it and as it is kept."""

from __future__ import annotations

from typing import Any

import msgspec

from parlance.domain.errors import Invalid
from parlance.domain.permissions import CATEGORIES, MODIFY, ROLES, VIEW
from parlance.domain.training.etags import tagged

PROJECT = "default"
ADMIN = "admin"


class Level(msgspec.Struct, frozen=True):
    """How much of a category a role grants; to modify is also to view."""

    view: bool = False
    modify: bool = False

    @property
    def kept(self) -> str | None:
        """The level as a role keeps it; None grants nothing."""
        return MODIFY if self.modify else VIEW if self.view else None


class Role(msgspec.Struct, frozen=True, kw_only=True):
    """A role; `grants` says `view` or `modify` by category."""

    role: str
    grants: dict[str, str]
    description: str = ""
    is_default: bool = False


BUILT_IN = {name: Role(role=name, grants=grants, description="built in") for name, grants in ROLES.items()}


def kept(given: dict[str, dict[str, Level]]) -> dict[str, str]:
    """Return what clients grant by project and category as it is kept; raises Invalid that names what is unknown."""
    if strangers := sorted(given.keys() - {PROJECT}):
        raise Invalid(f"grants: there is no project {strangers[0]}, only {PROJECT}.")
    levels = given.get(PROJECT, {})
    if strangers := sorted(levels.keys() - CATEGORIES.keys()):
        raise Invalid(f"grants: there is no category {strangers[0]}; choose from {', '.join(sorted(CATEGORIES))}.")
    return {category: level.kept for category, level in levels.items() if level.kept}


def describe(role: Role) -> dict[str, Any]:
    """Return the contract's role object."""
    levels = {category: {VIEW: True, MODIFY: level == MODIFY} for category, level in role.grants.items()}
    return tagged(
        {
            "role": role.role,
            "grants": {PROJECT: levels},
            "description": role.description,
            "is_default": role.is_default,
            "built_in": role.role in BUILT_IN,
        }
    )
