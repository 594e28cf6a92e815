"""What a person at a socket is told when there is no answer: socket.io knows no status codes, and Rasa stays silent."""

from typing import Any

from rasa.core.agent import Agent
from rasa.core.channels.socketio import SocketIOOutput

from parlance_rasa.errors import TurnFailed
from parlance_rasa.locks.errors import Refusal

NO_MODEL = "This bot has no model yet, so it cannot answer. Nothing of your message was saved."
NOT_SAVED = "This message could not be saved, so it does not count. Please send it again."
NOT_RUN = "This message could not be handled just now. Please send it again."


def install() -> None:
    """Have every message that comes by a socket answered, if only by the reason why there is no answer."""
    usual = Agent.handle_message

    async def handle(agent: Any, message: Any) -> Any:
        if not isinstance(message.output_channel, SocketIOOutput):
            return await usual(agent, message)
        if not agent.is_ready():
            return await _say(message, NO_MODEL)
        try:
            return await usual(agent, message)
        except (TurnFailed, Refusal) as error:
            await _say(message, NOT_SAVED if isinstance(error, TurnFailed) else NOT_RUN)
            raise

    Agent.handle_message = handle  # type: ignore[method-assign]


async def _say(message: Any, text: str) -> None:
    await message.output_channel.send_text_message(message.sender_id, text)
