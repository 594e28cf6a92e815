"""Filters that users keep for themselves or share."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from parlance.adapters import saved_filters as store
from parlance.domain.errors import Forbidden, NotFound
from parlance.domain.training.etags import tagged

if TYPE_CHECKING:
    from parlance.domain.identity import Principal
    from parlance.domain.saved_filters import NewFilter, SavedFilter


def listed(principal: Principal) -> list[dict[str, Any]]:
    """Return the caller's own filters and those that others share."""
    return [_described(found, principal) for found in store.seen_by(principal.username)]


def save(principal: Principal, new: NewFilter) -> dict[str, Any]:
    """Keep a filter; raises Conflict when the caller has one of this name."""
    return _described(store.add(principal.username, new), principal)


def replace(principal: Principal, name: str, new: NewFilter) -> dict[str, Any]:
    """Change a filter; raises NotFound, Forbidden, Conflict."""
    return _described(store.replace(_own(principal, name).id, new), principal)


def read(principal: Principal, name: str) -> dict[str, Any]:
    """Return a filter that the caller may change; raises NotFound, Forbidden."""
    return _described(_own(principal, name), principal)


def remove(principal: Principal, name: str) -> None:
    """Forget a filter; raises NotFound, Forbidden."""
    store.remove(_own(principal, name).id)


def _own(principal: Principal, name: str) -> SavedFilter:
    """Return a filter that the caller may change; another's that is not shared is not there for them."""
    number = int(name) if name.isascii() and name.isdigit() and len(name) <= 9 else 0  # noqa: PLR2004  an integer column
    found = store.find(number)
    is_own = found is not None and found.username == principal.username
    if found is None or not (is_own or found.shared or principal.sees_all):
        raise NotFound("No such filter.", code="FilterNotFound")
    if not is_own and not principal.sees_all:
        raise Forbidden("This filter is somebody else's.")
    return found


def _described(found: SavedFilter, principal: Principal) -> dict[str, Any]:
    shown = {**msgspec.to_builtins(found), "is_own": found.username == principal.username}
    return tagged(shown, "is_own", "saved_at")
