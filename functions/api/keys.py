"""The keys that sign tokens."""

from __future__ import annotations

from typing import Any

import msgspec

from functions.api.answers import Answer
from functions.api.endpoint import Call, Resource
from parlance.domain.shapes_installation import KeyRing
from parlance.services import signing_keys

keys = Resource(__name__)


class Rotation(msgspec.Struct, frozen=True):
    """The body of a rotation; after a leak, nobody stays logged in."""

    end_sessions: bool = False


@keys.endpoint(
    "POST", "/auth/keys", scope="signingKeys:update", body=Rotation | None, audit="service", status=201, answer=KeyRing
)
def rotate(call: Call, body: Rotation | None) -> Answer:
    """Sign with a new key from now on: tokens of the old one stay valid, unless all sessions shall end."""
    ring: list[dict[str, Any]] = signing_keys.rotate(call.principal, end_sessions=bool(body and body.end_sessions))
    return Answer({"keys": ring}, 201)
