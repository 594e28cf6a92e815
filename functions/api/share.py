"""Sharing the bot with guests."""

from __future__ import annotations

from typing import Annotated, Any

import msgspec

from functions.api.answers import NO_CONTENT, Answer
from functions.api.endpoint import API_TOKEN, Call, Resource
from parlance.domain import shapes
from parlance.services import share as link

share = Resource(__name__)

WITH_SERVICE = frozenset({"jwt", "service"})
Text = Annotated[str, msgspec.Meta(max_length=255)]


class Sharing(msgspec.Struct, frozen=True):
    """The body that shares the bot: what guests read above the conversation, and for how long."""

    bot_name: Text
    description: Text
    expires_in_days: Annotated[int, msgspec.Meta(ge=1, le=365)] = 30


class GuestLogin(msgspec.Struct, frozen=True):
    """The body by which a guest comes in."""

    chat_token: Annotated[str, msgspec.Meta(max_length=1024)]


@share.endpoint("GET", "/chatToken", scope="chatToken:get", accepts=WITH_SERVICE, answer=shapes.SharedBot, tagged=True)
def show_link(_call: Call) -> dict[str, Any]:
    """Show the link for guests."""
    return link.show()


@share.endpoint(
    "PUT",
    "/chatToken",
    scope="chatToken:update",
    accepts=API_TOKEN,
    body=Sharing,
    audit="service",
    answer=shapes.SharedBot,
    tagged=True,
    version=("chat token", lambda _call: link.show()),
)
def share_bot(call: Call, body: Sharing) -> dict[str, Any]:
    """Share the bot, or rename and renew the link."""
    return link.put(call.principal, body.bot_name, body.description, days=body.expires_in_days)


@share.endpoint("DELETE", "/chatToken", scope="chatToken:delete", accepts=API_TOKEN, audit="service", status=204)
def revoke_link(call: Call) -> Answer:
    """Revoke the link: guests are out at once."""
    link.revoke(call.principal)
    return NO_CONTENT


@share.endpoint("POST", "/auth/jwt", scope=None, body=GuestLogin, answer=dict[str, str])
def log_guest_in(call: Call, body: GuestLogin) -> dict[str, str]:
    """Log a guest in by the link: a token for a day at most, and a conversation."""
    return link.admit(body.chat_token, address=call.address)
