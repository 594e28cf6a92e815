"""Whom a connection belongs to today: roles and sign-outs count for open screens at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from parlance.adapters import connections, share_link, sockets, users
from parlance.domain.identity import GUEST, Principal
from parlance.domain.permissions import scopes_of
from parlance.services.access import principal_of

if TYPE_CHECKING:
    from parlance.adapters.connections import Listener
    from parlance.domain.identity import User


def audience(listeners: list[Listener]) -> list[tuple[Listener, Principal]]:
    """Return the listeners with what they may do; hangs up on those whose session has ended."""
    names = {listener.username for listener in listeners if not listener.is_guest}
    accounts = {user.username: user for user in users.find_many(names)} if names else {}
    links = {link for link in {listener.link for listener in listeners} if link and share_link.is_live(link)}
    found = []
    for listener in listeners:
        is_out = listener.link is not None and listener.link not in links
        principal = None if is_out else _principal(listener, accounts.get(listener.username))
        if principal is None:
            connections.forget(listener.connection)
            sockets.hang_up(listener.connection)
        else:
            found.append((listener, principal))
    return found


def _principal(listener: Listener, user: User | None) -> Principal | None:
    if listener.is_guest:
        return Principal(username=listener.username, roles=(GUEST,), scopes=scopes_of((GUEST,)), via=GUEST)
    if user is None or user.valid_after > listener.since:
        return None
    return principal_of(user, via="jwt")
