"""The one shape of an error, which is that of Rasa's own API and of the workbench's."""

import logging
from typing import Any, Dict, Optional

import rasa
from sanic import response
from sanic.exceptions import SanicException

logger = logging.getLogger(__name__)
AGAIN = {"Retry-After": "5"}
REASONS = {400: "BadRequest", 401: "NotAuthenticated", 404: "NotFound", 405: "MethodNotAllowed", 413: "TooLarge"}
BROKEN = "Rasa could not handle this request; its log says why."


class RasaNotReady(SanicException):
    """There is no model that could answer a message."""

    status_code = 503
    quiet = True
    message = "Rasa has no model yet, so nobody can answer: train one, or make one active. Nothing was saved."
    headers = AGAIN


def failure(status: int, reason: str, message: str, headers: Optional[Dict[str, str]] = None) -> Any:
    """Return an error as JSON."""
    body = {
        "version": rasa.__version__,
        "status": "failure",
        "message": message,
        "reason": reason,
        "details": {},
        "help": None,
        "code": status,
    }
    return response.json(body, status=status, headers=headers)


def shaped(_request: Any, error: SanicException) -> Any:
    """Answer what Sanic or a channel refuses; what broke is told to the log alone."""
    status = getattr(error, "status_code", 500)
    if status == 500:  # noqa: PLR2004 - HTTP's own number
        logger.error("A request failed.", exc_info=error)
        return failure(status, "InternalError", BROKEN)
    reason = REASONS.get(status, type(error).__name__)
    return failure(status, reason, str(error), getattr(error, "headers", None))
