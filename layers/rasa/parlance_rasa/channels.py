"""Rasa's REST channels, with streams that end, checked bodies, and failures that the server learns of."""

from contextvars import ContextVar
from typing import Any, Callable, List, Optional

from rasa.core.channels.rasa_chat import RasaChatInput
from rasa.core.channels.rest import RestInput
from sanic.exceptions import InvalidUsage

from parlance_rasa.locks.errors import Refusal

failures: ContextVar[List[Exception]] = ContextVar("parlance_channel_failures")


class _Ending:
    @staticmethod
    async def on_message_wrapper(on_new_message: Any, text: str, queue: Any, *rest: Any) -> None:
        """Handle a streamed message; the stream ends with it, and with its error if it fails."""
        try:
            await RestInput.on_message_wrapper(on_new_message, text, queue, *rest)
        finally:
            await queue.put("DONE")


class _Checked:
    def blueprint(self, on_new_message: Any) -> Any:
        """Return the channel's routes; a message that failed is no success there."""
        return super().blueprint(telling(on_new_message))  # type: ignore[misc]

    async def _extract_sender(self, req: Any) -> Optional[str]:
        """Return who writes; Rasa's channels read this first. Raises InvalidUsage, which is a 400."""
        check(req.json)
        return await super()._extract_sender(req)  # type: ignore[misc, no-any-return]


def telling(on_new_message: Callable[..., Any]) -> Callable[..., Any]:
    """Wrap Rasa's handling of a message: Rasa's channels log any `Exception`, and answer as if all were well."""

    async def handle(message: Any) -> Any:
        try:
            return await on_new_message(message)
        except Refusal:
            raise  # the lock store has told the server
        except Exception as error:
            failures.get([]).append(error)
            raise

    return handle


def check(body: Any) -> None:
    """Refuse what is not a message, and say what is wrong with it."""
    if not isinstance(body, dict):
        raise InvalidUsage('The body must be a JSON object, such as {"sender": "me", "message": "hi"}.')
    if not isinstance(body.get("message"), str):
        raise InvalidUsage("`message` must be there and be text.")
    for name in ("sender", "input_channel"):
        if not isinstance(body.get(name, ""), (str, type(None))):
            raise InvalidUsage("`%s` must be text." % name)


class RestChannel(_Checked, _Ending, RestInput):
    """`/webhooks/rest/webhook`."""


class RasaChannel(_Checked, _Ending, RasaChatInput):
    """`/webhooks/rasa/webhook`, for the workbench."""
