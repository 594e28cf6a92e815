"""What a person at a socket is told when there is no answer: socket.io knows no status codes, and Rasa stays silent."""

from typing import Any

from rasa.core.agent import Agent
from rasa.core.channels.socketio import SocketIOOutput

from parlance_rasa.errors import TurnFailed

NO_MODEL = "This bot has no model yet, so it cannot answer. Nothing of your message was saved."
NOT_SAVED = "This message could not be saved, so it does not count. Please send it again."
NOT_RUN = "This message could not be handled just now. Please send it again."


def tell_without_model() -> None:
    """Have a message that comes by a socket while there is no model answered by that sentence."""
    usual = Agent.handle_message

    async def handle(agent: Any, message: Any) -> Any:
        if _at_socket(message) and not agent.is_ready():
            return await _say(message, NO_MODEL)
        return await usual(agent, message)

    Agent.handle_message = handle  # type: ignore[method-assign]


def tell_failures() -> None:
    """Have a message that comes by a socket and fails, in whatever was installed before, answered by the reason."""
    usual = Agent.handle_message

    async def handle(agent: Any, message: Any) -> Any:
        try:
            return await usual(agent, message)
        except (Exception, TurnFailed) as error:
            if _at_socket(message):
                await _say(message, NOT_SAVED if isinstance(error, TurnFailed) else NOT_RUN)
            raise

    Agent.handle_message = handle  # type: ignore[method-assign]


def _at_socket(message: Any) -> bool:
    return isinstance(message.output_channel, SocketIOOutput)


async def _say(message: Any, text: str) -> None:
    await message.output_channel.send_text_message(message.sender_id, text)
