"""One's own tokens for programs."""

from __future__ import annotations

from typing import Annotated, Any

import msgspec

from functions.api.answers import NO_CONTENT, Answer, page
from functions.api.endpoint import Call, Resource
from functions.api.session import Name
from parlance.domain import shapes
from parlance.services import api_tokens

tokens = Resource(__name__)

Days = Annotated[int, msgspec.Meta(ge=1, le=3650)]


class NewToken(msgspec.Struct, frozen=True):
    """The body that makes a token; without days it lives until it is revoked."""

    name: Name
    expires_in_days: Days | None = None


@tokens.endpoint("GET", "/user/tokens", scope="apiTokens:list", answer=list[shapes.ApiToken])
def list_tokens(call: Call) -> Answer:
    """List one's own API tokens: names, ends and last uses."""
    found = api_tokens.list_own(call.principal)
    return page(found, len(found))


@tokens.endpoint(
    "POST",
    "/user/tokens",
    scope="apiTokens:create",
    body=NewToken,
    audit="service",
    secret=True,
    status=201,
    answer=shapes.ApiToken,
)
def create_token(call: Call, body: NewToken) -> Answer:
    """Make an API token: this answer is the only one that shows it."""
    made: dict[str, Any] = api_tokens.create(call.principal, body.name, days=body.expires_in_days)
    return Answer(made, 201)


@tokens.endpoint("DELETE", "/user/tokens/{token}", scope="apiTokens:delete", audit="service", status=204)
def revoke_token(call: Call, token: str) -> Answer:
    """Revoke an API token at once."""
    api_tokens.revoke(call.principal, token)
    return NO_CONTENT
