"""Honest answers: a turn that was not saved or not run is an HTTP error, whatever route or channel it came through."""

import functools
import inspect
import logging
from typing import Any, Callable

import jwt
from sanic import Sanic, response

from parlance_rasa.errors import TurnFailed
from parlance_rasa.locks import refusals
from parlance_rasa.locks.errors import Refusal

logger = logging.getLogger(__name__)
BODY = {
    "status": "failure",
    "reason": "TurnNotSaved",
    "message": "The conversation's store is not available; nothing of this message was saved. Try again.",
    "code": 503,
}
FORGED = {"status": "failure", "reason": "NotAuthenticated", "message": "The token is not valid.", "code": 401}


async def make_honest(app: Sanic, _: Any = None) -> None:
    """Wrap every route's handler; a listener for `before_server_start`."""
    for route in app.router.routes:
        route.handler = honest(route.handler)


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
                return response.json(BODY, status=503, headers={"Retry-After": "5"})
            except jwt.InvalidTokenError:  # Rasa's own channel fails with a 500 here
                return response.json(FORGED, status=401)
            except Exception:
                if not refused:
                    raise
        return _refusal(refused[0]) if refused else result

    return answer


def _refusal(error: Refusal) -> Any:
    body = {"status": "failure", "reason": type(error).__name__, "message": str(error), "code": error.status}
    return response.json(body, status=error.status, headers={"Retry-After": "5"})
