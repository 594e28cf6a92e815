"""Authentication, in one place: whose request it is."""

from __future__ import annotations

import hmac
from typing import TYPE_CHECKING, Any

from parlance.adapters import aws, share_link, tokens, users
from parlance.domain.errors import Unauthorized
from parlance.domain.identity import GUEST, SERVICE, Principal, User
from parlance.domain.permissions import SERVICE_SCOPES, scopes_of
from parlance.settings import settings

if TYPE_CHECKING:
    from collections.abc import Mapping

BEARER = "bearer "


def authenticate(headers: Mapping[str, str], query: Mapping[str, str], accepts: frozenset[str]) -> Principal:
    """Return who calls, by the first proof that the call accepts; raises Unauthorized without one that holds."""
    authorization = headers.get("authorization", "")
    if authorization.lower().startswith(BEARER):
        return by_token(authorization[len(BEARER) :].strip())
    if "api_token" in query and "api_token" in accepts:
        return by_api_token(query["api_token"])
    if "token" in query and SERVICE in accepts:
        return by_service_token(query["token"])
    raise Unauthorized("Log in first: send `Authorization: Bearer <token>`.", code="NotAuthenticated")


def by_token(token: str) -> Principal:
    """Trust a signed token for who it is, the database for what that user may do today."""
    claims = tokens.read(token)
    if claims["user"]["roles"] == [GUEST]:
        return by_share_link(claims)
    user = users.find(claims["username"])
    if user is None or claims["iat"] < user.valid_after:
        raise Unauthorized("The token is no longer valid: log in again.", code="StaleToken")
    return principal_of(user, via="jwt")


def by_share_link(claims: dict[str, Any]) -> Principal:
    """Trust a guest as long as the share link that let it in is there; tokens for Rasa's channel name none."""
    if "link" in claims and not share_link.is_live(str(claims["link"])):
        raise Unauthorized("The link is no longer valid: ask for a new one.", code="StaleToken")
    return Principal(username=claims["username"], roles=(GUEST,), scopes=scopes_of((GUEST,)), via=GUEST)


def by_api_token(token: str) -> Principal:
    """Look a user's own API token up by its hash; the token itself is stored nowhere."""
    user = users.find_by_api_token(tokens.fingerprint(token))
    if user is None:
        raise Unauthorized("The API token is unknown or revoked.")
    return principal_of(user, via="api_token")


def by_service_token(token: str) -> Principal:
    """Accept the token that Rasa servers carry; compared in constant time."""
    name = settings().service_token_secret
    if not name or not hmac.compare_digest(token.encode(), aws.secret(name).encode()):
        raise Unauthorized("The service token is wrong.")
    return Principal(username="rasa", scopes=SERVICE_SCOPES, via=SERVICE)


def principal_of(user: User, *, via: str) -> Principal:
    """Give a user the permissions of the roles held now."""
    return Principal(username=user.username, roles=user.roles, scopes=user.scopes, via=via)
