"""Accounts, and one's own tokens for programs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from parlance.domain.shapes import Account, ApiToken
from parlance_client.transport import Transport, segment

if TYPE_CHECKING:
    from collections.abc import Sequence


class Accounts:
    """Who may log in, and as what."""

    def __init__(self, transport: Transport) -> None:
        """Send nothing yet."""
        self._transport = transport

    def me(self) -> Account:
        """Return the account that the token belongs to."""
        return self._transport.get("/user").read(Account)

    def list(self) -> list[Account]:
        """Return all accounts."""
        return self._transport.get("/users").read(list[Account])

    def create(self, username: str, password: str, roles: Sequence[str]) -> Account:
        """Make an account; without roles it gets the default ones."""
        asked = {"username": username, "password": password, "roles": list(roles)}
        return self._transport.send("POST", "/users", asked).read(Account)

    def set_roles(self, username: str, roles: Sequence[str]) -> None:
        """Give an account exactly these roles."""
        self._transport.send("PUT", f"/users/{segment(username)}/roles", list(roles))

    def delete(self, username: str) -> None:
        """Delete another's account; its tokens are worth nothing at once."""
        self._transport.send("DELETE", f"/users/{segment(username)}")


class Tokens:
    """One's own API tokens."""

    def __init__(self, transport: Transport) -> None:
        """Send nothing yet."""
        self._transport = transport

    def list(self) -> list[ApiToken]:
        """Return names, ends and last uses; nobody sees a token twice."""
        return self._transport.get("/user/tokens").read(list[ApiToken])

    def create(self, name: str, *, days: int | None) -> ApiToken:
        """Make a token; this answer is the only one that shows it."""
        return self._transport.send("POST", "/user/tokens", {"name": name, "expires_in_days": days}).read(ApiToken)

    def revoke(self, token: str) -> None:
        """Revoke a token at once, by its id."""
        self._transport.send("DELETE", f"/user/tokens/{segment(token)}")
