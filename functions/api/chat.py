"""Talking to the bot."""

from __future__ import annotations

from typing import Annotated, Any

import msgspec

from functions.api.endpoint import Call, Resource
from parlance.domain.models import PRODUCTION
from parlance.domain.shapes_talk import BotMessage
from parlance.services import chat as service

chat = Resource(__name__)


class Message(msgspec.Struct, frozen=True):
    """The body of what a user says."""

    message: Annotated[str, msgspec.Meta(min_length=1, max_length=20_000)]


class Deployment(msgspec.Struct, frozen=True):
    """Which Rasa is meant."""

    environment: str = PRODUCTION


@chat.endpoint(
    "POST", "/chat", scope="messages:create", body=Message, query=Deployment, audit="never", answer=list[BotMessage]
)
def talk(call: Call, body: Message, query: Deployment) -> list[dict[str, Any]]:
    """Say something to the bot in the conversation named like oneself; `?environment=` names another Rasa."""
    return service.talk(call.principal, body.message, query.environment)


@chat.endpoint(
    "POST",
    "/conversations/{sender_id}/messages",
    scope="messages:create",
    body=Message,
    audit="never",
    answer=list[BotMessage],
)
def talk_in(call: Call, sender_id: str, body: Message) -> list[dict[str, Any]]:
    """Say something to the bot in this conversation."""
    return service.talk_in(call.principal, sender_id, body.message)
