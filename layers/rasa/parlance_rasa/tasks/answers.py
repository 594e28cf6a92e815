"""Honest answers: a turn that was not saved or not run is an HTTP error, whatever route or channel it came through."""

import functools
import inspect
import logging
from typing import Any, Callable

import jwt
from sanic import Sanic
from sanic.exceptions import SanicException, ServerError

from parlance_rasa.channels import failures
from parlance_rasa.errors import TurnFailed
from parlance_rasa.locks import refusals
from parlance_rasa.locks.errors import QueueFull, Refusal, WaitedTooLong
from parlance_rasa.tasks.shape import AGAIN, BROKEN, RasaNotReady, failure, shaped

logger = logging.getLogger(__name__)
NOT_SAVED = "The conversation's store is not available; nothing of this message was saved. Try again."
NOT_RUN = "The conversation cannot be locked now, so this message was not handled. Try again."
CHANNELS = "webhooks/"


async def make_honest(app: Sanic, _: Any = None) -> None:
    """Wrap every route's handler, and give errors their shape; a listener for `before_server_start`."""
    app.error_handler.add(SanicException, shaped)
    for route in app.router.routes:
        handler = honest(route.handler)
        route.handler = channel(handler) if route.path.lstrip("/").startswith(CHANNELS) else handler


def channel(handler: Callable[..., Any]) -> Callable[..., Any]:
    """Wrap a channel's handler: 503 to a message that no model could answer, and what breaks stays in the log."""

    @functools.wraps(handler)
    async def answer(request: Any, *args: Any, **kwargs: Any) -> Any:
        if request.method == "POST" and not _has_model(request.app):
            raise RasaNotReady
        failures.set([])
        try:
            result = await handler(request, *args, **kwargs)
        except SanicException:
            raise
        except Exception as error:
            raise ServerError(BROKEN) from error
        for error in failures.get():
            raise ServerError(BROKEN) from error
        return result

    return answer


def honest(handler: Callable[..., Any]) -> Callable[..., Any]:
    """Wrap a handler to answer 503 after `TurnFailed`, 401 to a forged token, 429 or 503 when the lock refuses."""

    @functools.wraps(handler)
    async def answer(*args: Any, **kwargs: Any) -> Any:
        with refusals.noted() as refused:
            try:
                result = handler(*args, **kwargs)
                result = await result if inspect.isawaitable(result) else result
            except TurnFailed as error:
                logger.error("A turn was not saved: %s", error)  # noqa: TRY400 - the store logged the traceback
                return failure(503, "TurnNotSaved", NOT_SAVED, AGAIN)
            except jwt.InvalidTokenError:  # Rasa's own channel fails with a 500 here
                return failure(401, "NotAuthenticated", "The token is not valid.")
            except Exception:
                if not refused:
                    raise
        return _refusal(refused[0]) if refused else result

    return answer


def _has_model(app: Sanic) -> bool:
    agent = getattr(app.ctx, "agent", None)
    return agent is not None and agent.is_ready()


def _refusal(error: Refusal) -> Any:
    """Answer a refusal; what may name the lock's service goes to the log instead."""
    logger.warning("The lock refused a message: %s", error)
    message = str(error) if isinstance(error, (QueueFull, WaitedTooLong)) else NOT_RUN
    return failure(error.status, type(error).__name__, message, AGAIN)
