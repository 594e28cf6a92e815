"""Single sign-on by OpenID Connect: how the provider is described, and what its claims mean here."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

import msgspec

from parlance.domain.errors import Forbidden, Unauthorized, Unavailable

LOOPBACK = {"127.0.0.1", "::1", "localhost"}


class SignOnFailed(Unauthorized):
    """The way through the provider ended without an account; the code says why."""

    code = "SignOnFailed"


class Provider(msgspec.Struct, frozen=True, kw_only=True):
    """What an administrator writes into the secret; an empty issuer means that there is no single sign-on."""

    issuer: str = ""
    """The provider's address, exactly as its tokens name it."""
    client_id: str = ""
    client_secret: str = ""
    """Empty for a public client: PKCE is used in any case."""
    name: str = "Single sign-on"
    """What the button says."""
    scopes: str = "openid email profile"
    username_claim: str = "email"
    """The claim that names new accounts; an address counts only when the provider has verified it."""
    link_by_name: bool = False
    """An account that is here already belongs to whom the provider gives its name. Only for providers whose users
    cannot choose their names; without it a verified address must be the account's name."""
    role_claim: str = ""
    """The claim with groups or roles; with it the provider decides at each log-in who may do what."""
    roles: dict[str, list[str]] = {}
    """Roles by a value of that claim."""
    default_roles: list[str] = []
    """Roles of those whom the claim gives none; without any they are refused."""

    @property
    def is_on(self) -> bool:
        """Whether people can log in there."""
        return bool(self.issuer and self.client_id)


def require_secure(url: str) -> str:
    """Return an address of the provider's; raises Unavailable for one that is not HTTPS (loopback excepted)."""
    parts = urlsplit(url)
    if parts.scheme != "https" and not (parts.scheme == "http" and parts.hostname in LOOPBACK):
        raise Unavailable("The identity provider's addresses must be HTTPS.", code="ProviderFailed")
    return url


def name_of(provider: Provider, claims: dict[str, Any]) -> str:
    """Return the name for the account; raises SignOnFailed without one, or for an address that is not verified."""
    name = claims.get(provider.username_claim)
    if not isinstance(name, str) or not name.strip() or "\x00" in name or len(name) > 255:  # noqa: PLR2004
        raise SignOnFailed(f"The provider does not say {provider.username_claim}.", code="NoUsername")
    if provider.username_claim == "email" and not has_verified(claims, name):
        raise SignOnFailed("The provider has not verified the e-mail address.", code="EmailNotVerified")
    return name


def has_verified(claims: dict[str, Any], address: str) -> bool:
    """Tell whether the provider vouches that this address is the user's."""
    return claims.get("email") == address and claims.get("email_verified") is True


def roles_of(provider: Provider, claims: dict[str, Any]) -> tuple[str, ...]:
    """Return the roles that the claim gives, else the default ones; raises Forbidden when there are none."""
    said = claims.get(provider.role_claim) if provider.role_claim else None
    values = said if isinstance(said, list) else [said]
    given = [role for value in values if isinstance(value, str) for role in provider.roles.get(value, [])]
    found = tuple(dict.fromkeys(given or provider.default_roles))
    if not found:
        raise Forbidden("You have no role here: ask an administrator.", code="NoRole")
    return found


def safe_path(path: str) -> str:
    """Return a path of our own pages to go on with; anything that leads to another site is the start page."""
    fine = path.startswith("/") and path[1:2] not in {"/", "\\"} and path.isprintable() and "\\" not in path
    return path if fine and len(path) <= 1000 else "/"  # noqa: PLR2004
