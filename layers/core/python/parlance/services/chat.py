"""Talking to the bot through the workbench."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from parlance.adapters import conversations, rasa
from parlance.domain.environments import place_of
from parlance.domain.errors import NotFound, Unavailable
from parlance.domain.identity import GUEST
from parlance.domain.models import PRODUCTION
from parlance.services.conversations import UNKNOWN, viewer_of
from parlance.services.environments import known_places, wake
from parlance.services.login import token_of

if TYPE_CHECKING:
    from parlance.domain.identity import Principal

TOKEN_LIFETIME = 60
"""Seconds; the message is on its way at once."""


def talk(principal: Principal, message: str, environment: str = PRODUCTION) -> list[dict[str, Any]]:
    """Say something in the conversation that is named like the user; return what the bot answers.

    An environment that is asleep is woken by it, and the caller is asked to come again. Raises NotFound, Unavailable.
    """
    return _say(principal, {"message": message}, environment)


def talk_in(principal: Principal, sender_id: str, message: str) -> list[dict[str, Any]]:
    """Say something in a conversation that the user may see, or in a new one, which then is the user's own."""
    if conversations.is_visible(sender_id, viewer_of(principal)) is False:
        raise NotFound(UNKNOWN, code="ConversationNotFound")
    answers = _say(principal, {"message": message, "conversation_id": sender_id}, PRODUCTION)
    conversations.claim(sender_id, principal.username)
    return answers


def _say(principal: Principal, body: dict[str, Any], environment: str) -> list[dict[str, Any]]:
    """Speak with a token made for this call: it also serves callers with an API token, and survives key rotation."""
    token = token_of(principal, lifetime=TOKEN_LIFETIME)
    channel = "Tester" if GUEST in principal.roles else "rasa"
    url = place_of(environment, known_places()).url
    try:
        answers = rasa.say({**body, "input_channel": channel}, token, url)
    except Unavailable as error:
        woken: dict[str, Any] = wake(environment) if error.code == "RasaNotReady" else {"state": "on"}
        if woken["state"] == "on":
            raise
        raise Unavailable(woken["message"], code=error.code, retry_after=woken["retry_after"]) from error
    if not answers and rasa.status(url) is None:  # Rasa answers an empty list when it has no model
        raise Unavailable(rasa.NOT_READY, code="RasaNotReady", retry_after=5)
    return answers
