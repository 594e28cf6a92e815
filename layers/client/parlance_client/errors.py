"""What can go wrong between a program and the API."""

from __future__ import annotations

import msgspec

from parlance.domain.shapes import Error


class Failed(Exception):  # noqa: N818  named as its two kinds: Refused, Unreachable
    """A call that did not do what it should; the text is for people."""


class Unreachable(Failed):
    """Nobody answered, or not in time: the call may or may not have acted, unless it was a GET."""


class Refused(Failed):
    """The API answered with a failure: `status` is HTTP's, `reason` a word for programs, `retry_after` in seconds."""

    def __init__(self, message: str, *, status: int, reason: str, retry_after: float = 0.0) -> None:
        """Keep what the API said."""
        super().__init__(message)
        self.status, self.reason, self.retry_after = status, reason, retry_after


def refusal(status: int, body: bytes, *, retry_after: str | None = None) -> Refused:
    """Read a failure's body; what stands between may have answered in words of its own."""
    seconds = float(retry_after) if retry_after and retry_after.isdigit() else 0.0
    try:
        error = msgspec.json.decode(body, type=Error)
    except (msgspec.MsgspecError, UnicodeDecodeError):
        message = f"The server answered {status}, and not as Parlance does: is the address right?"
        return Refused(message, status=status, reason="HTTP", retry_after=seconds)
    return Refused(error.message, status=status, reason=error.reason, retry_after=seconds)
