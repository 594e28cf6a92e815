"""Honest answers: a turn that was not saved is an HTTP 503, whatever route or channel it came through."""

import functools
import inspect
import logging
from typing import Any, Callable

from sanic import Sanic, response

from parlance_rasa.errors import TurnFailed

logger = logging.getLogger(__name__)
BODY = {
    "status": "failure",
    "reason": "TurnNotSaved",
    "message": "The conversation's store is not available; nothing of this message was saved. Try again.",
    "code": 503,
}


async def make_honest(app: Sanic, _: Any = None) -> None:
    """Wrap every route's handler; a listener for `before_server_start`."""
    for route in app.router.routes:
        route.handler = honest(route.handler)


def honest(handler: Callable[..., Any]) -> Callable[..., Any]:
    """Return the handler, answering 503 where it ends in `TurnFailed`."""

    @functools.wraps(handler)
    async def answer(*args: Any, **kwargs: Any) -> Any:
        try:
            result = handler(*args, **kwargs)
            return await result if inspect.isawaitable(result) else result
        except TurnFailed as error:
            logger.error("A turn was not saved: %s", error)  # noqa: TRY400 - the store logged the traceback
            return response.json(BODY, status=503, headers={"Retry-After": "5"})

    return answer
