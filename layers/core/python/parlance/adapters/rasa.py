"""Rasa production over HTTP. Its token is for its own API; the `rasa:` channel takes the workbench's."""

from __future__ import annotations

from functools import cache
from http import HTTPStatus
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

import msgspec

from parlance.adapters.aws import secret
from parlance.domain.errors import NotFound, TooMany, Unavailable, Unprocessable
from parlance.settings import settings

if TYPE_CHECKING:
    import urllib3

ANSWER_WITHIN = 25.0
"""Seconds a bot may take; API Gateway hangs up after 29."""
PROBE_WITHIN = 2.0
JSON = "application/json"
NOT_READY = "Rasa is starting or has no model yet: try again in some seconds."


class Refusal(msgspec.Struct, frozen=True):
    """What Rasa answers when it does not do something."""

    message: str


@cache
def pool() -> urllib3.PoolManager:
    """Return the process's connections; nothing is sent twice by itself, a message is no idempotent call."""
    import urllib3

    return urllib3.PoolManager(retries=False)


def say(body: dict[str, Any], token: str, server: str) -> list[dict[str, Any]]:
    """Give a message to a server's `rasa:` channel and return the bot's; raises Unavailable when that cannot be now."""
    import urllib3.exceptions

    url = f"{server}/webhooks/rasa/webhook"
    timeout = urllib3.Timeout(connect=PROBE_WITHIN, read=ANSWER_WITHIN)
    try:
        answer = pool().request("POST", url, json=body, headers={"Authorization": f"Bearer {token}"}, timeout=timeout)
    except urllib3.exceptions.ReadTimeoutError as error:
        raise Unavailable(f"The bot did not answer within {ANSWER_WITHIN:.0f} seconds.", code="RasaTimeout") from error
    except urllib3.exceptions.HTTPError as error:
        raise Unavailable(NOT_READY, code="RasaNotReady", retry_after=5) from error
    return _messages(answer)


def _messages(answer: urllib3.BaseHTTPResponse) -> list[dict[str, Any]]:
    if answer.status in {401, 403}:
        raise Unavailable("Rasa refused the workbench's token: check `rasa: url:` in its credentials.yml.")
    if answer.status in {404, 405}:
        raise Unavailable("Rasa has no `rasa:` channel: add it to its credentials.yml.")
    _refuse(answer.status)
    return msgspec.json.decode(answer.data, type=list[dict[str, Any]])


def _refuse(status: int) -> None:
    """Raise what a status of Rasa's means for who asked; nothing for 200."""
    if status == HTTPStatus.TOO_MANY_REQUESTS:
        raise TooMany("Too many messages of this conversation wait already.", code="ConversationBusy", retry_after=5)
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR and status != HTTPStatus.SERVICE_UNAVAILABLE:
        raise Unavailable("Rasa could not carry this out; its log says why.", code="RasaFailed")
    if status != HTTPStatus.OK:
        raise Unavailable(NOT_READY, code="RasaNotReady", retry_after=5)


def parse(text: str) -> dict[str, Any]:
    """Return what the model in use makes of a text; raises Unavailable while there is none."""
    import urllib3.exceptions

    timeout = urllib3.Timeout(connect=PROBE_WITHIN, read=ANSWER_WITHIN)
    url = f"{settings().rasa_url}/model/parse?{urlencode({'token': _token()})}"
    try:
        answer = pool().request("POST", url, json={"text": text}, timeout=timeout)
    except urllib3.exceptions.HTTPError as error:
        raise Unavailable(NOT_READY, code="RasaNotReady", retry_after=5) from error
    _refuse(answer.status)
    return msgspec.json.decode(answer.data, type=dict[str, Any])


def ask(method: str, path: str, *, body: Any = None, media: str = JSON, **query: str) -> Any:
    """Call Rasa's own HTTP API and return its answer.

    Raises Unprocessable with Rasa's words when it refuses, NotFound for a conversation that it does not know,
    Unavailable while it has no model or does not answer.
    """
    import urllib3.exceptions

    timeout = urllib3.Timeout(connect=PROBE_WITHIN, read=ANSWER_WITHIN)
    url = f"{settings().rasa_url}{path}?{urlencode({**query, 'token': _token()})}"
    data = None if body is None else body.encode() if isinstance(body, str) else msgspec.json.encode(body)
    headers = {"Content-Type": media} if data is not None else {}
    try:
        answer = pool().request(method, url, body=data, headers=headers, timeout=timeout)
    except urllib3.exceptions.ReadTimeoutError as error:
        raise Unavailable(f"Rasa did not answer within {ANSWER_WITHIN:.0f} seconds.", code="RasaTimeout") from error
    except urllib3.exceptions.HTTPError as error:
        raise Unavailable(NOT_READY, code="RasaNotReady", retry_after=5) from error
    _refuse_request(answer)
    return msgspec.json.decode(answer.data)


def _refuse_request(answer: urllib3.BaseHTTPResponse) -> None:
    """Raise what a refusal means for who asked: Rasa answers 400 and 500 alike to what it cannot carry out."""
    if answer.status == HTTPStatus.NOT_FOUND:
        raise NotFound("Rasa does not know this conversation.", code="ConversationNotFound")
    if answer.status in {HTTPStatus.BAD_REQUEST, HTTPStatus.INTERNAL_SERVER_ERROR}:
        raise Unprocessable(f"Rasa refuses: {_words(answer.data)}", code="RasaRefused")
    _refuse(answer.status)


def _words(data: bytes) -> str:
    try:
        return msgspec.json.decode(data, type=Refusal).message
    except msgspec.MsgspecError:
        return "it does not say why."


def version() -> dict[str, Any] | None:
    """Return Rasa's `version` and `minimum_compatible_version`; None when it does not answer within two seconds."""
    answer = _probe("/version")
    return msgspec.json.decode(answer.data) if answer and answer.status == 200 else None  # noqa: PLR2004  see above


def status(server: str = "") -> dict[str, Any] | None:
    """Return what Rasa (production, or another) says about its model; None while it has none or does not answer."""
    answer = _probe("/status", server, token=_token())
    return msgspec.json.decode(answer.data) if answer and answer.status == 200 else None  # noqa: PLR2004  see above


def _token() -> str:
    return secret(settings().rasa_token_secret) if settings().rasa_token_secret else ""


def _probe(path: str, server: str = "", **fields: str) -> urllib3.BaseHTTPResponse | None:
    import urllib3.exceptions

    try:
        return pool().request("GET", (server or settings().rasa_url) + path, fields=fields, timeout=PROBE_WITHIN)
    except urllib3.exceptions.HTTPError:
        return None
