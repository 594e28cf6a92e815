"""Rasa's REST channels, with streams that end: stock ones wait for ever when a streamed message fails."""

from typing import Any

from rasa.core.channels.rasa_chat import RasaChatInput
from rasa.core.channels.rest import RestInput


class _Ending:
    @staticmethod
    async def on_message_wrapper(on_new_message: Any, text: str, queue: Any, *rest: Any) -> None:
        """Handle a streamed message; the stream ends with it, and with its error if it fails."""
        try:
            await RestInput.on_message_wrapper(on_new_message, text, queue, *rest)
        finally:
            await queue.put("DONE")


class RestChannel(_Ending, RestInput):
    """`/webhooks/rest/webhook`."""


class RasaChannel(_Ending, RasaChatInput):
    """`/webhooks/rasa/webhook`, for the workbench."""
