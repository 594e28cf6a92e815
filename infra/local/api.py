"""A small client of the workbench's own HTTP API, through the front door, as any script would use it."""

from __future__ import annotations

import http.client
import urllib.error
import urllib.parse
import urllib.request
from typing import Any

import msgspec

from infra.local.failure import RunnerError

NO_PROXY = urllib.request.build_opener(urllib.request.ProxyHandler({}))


class RefusedError(RunnerError):
    """The API answered with an error; `status` is its HTTP status."""

    def __init__(self, status: int, message: str) -> None:
        """Keep the status for callers who can act on it."""
        super().__init__(message)
        self.status = status


class NotFollowed(urllib.request.HTTPRedirectHandler):
    """Leaves redirects to the caller."""

    def redirect_request(self, *_args: Any, **_more: Any) -> None:
        """Follow none."""


class Api:
    """Calls of one user; without a token, of nobody."""

    def __init__(self, url: str, token: str = "") -> None:
        """Take the front door's address without a trailing slash."""
        self.url, self.token = url, token

    def log_in(self, username: str, password: str) -> Api:
        """Return a client of this user."""
        answer = self.call("POST", "/api/auth", {"username": username, "password": password})
        return Api(self.url, answer["access_token"])

    def call(self, method: str, path: str, body: Any = None, *, timeout: float = 35.0) -> Any:
        """Return the answer's JSON; raises RefusedError with the API's own words, RunnerError when nobody answers."""
        data = None if body is None else msgspec.json.encode(body)
        request = urllib.request.Request(self.url + path, data=data, method=method, headers=self.headers())  # noqa: S310
        try:
            with NO_PROXY.open(request, timeout=timeout) as answer:
                text = answer.read()
        except urllib.error.HTTPError as error:
            raise RefusedError(error.code, f"{method} {path} was refused: {words(error)}") from error
        except (OSError, http.client.HTTPException) as error:
            raise RunnerError(
                f"{self.url} does not answer ({error}): `make status` tells which part is away."
            ) from error
        return msgspec.json.decode(text) if text else None

    def headers(self) -> dict[str, str]:
        """Return what every call carries."""
        login = {"Authorization": f"Bearer {self.token}"} if self.token else {}
        return {"Content-Type": "application/json", "Accept": "application/json", **login}

    def status_of(self, path: str) -> int:
        """Return a GET's status, redirects not followed; 0 when nobody answers."""
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}), NotFollowed)
        try:
            with opener.open(urllib.request.Request(self.url + path, headers=self.headers()), timeout=35) as answer:  # noqa: S310
                return int(answer.status)
        except urllib.error.HTTPError as error:
            return error.code
        except (OSError, http.client.HTTPException):
            return 0


def words(error: urllib.error.HTTPError) -> str:
    """Return the message of an error answer."""
    text = error.read()
    try:
        return str(msgspec.json.decode(text)["message"])
    except (msgspec.DecodeError, KeyError, TypeError):
        return f"{error.code} {text[:200].decode(errors='replace')}"
