"""As much of Redis's protocol as scripts need: words out; a text, a number or a refusal in."""

from __future__ import annotations

from typing import Any, Tuple

from parlance_rasa.locks.stream import Stream

NOTHING = -1
NO_SCRIPT = object()
"""The answer to a script's digest that this Redis has not seen."""


class Refused(Exception):  # noqa: N818 - an answer, handled by the caller
    """Redis does not carry the command out. It ends the connection: a primary may have become a replica behind it."""


class Connection(Stream):
    """A connection that redis-py has opened and logged in on; requests are tuples of words."""

    def __init__(self, opened: Any) -> None:
        """Let redis-py connect, agree on TLS, log in and choose the database; blocks."""
        opened.connect()
        self._opened = opened
        super().__init__(opened._sock)  # noqa: SLF001 - redis-py's own way to ask takes twice the time of the call

    def send(self, request: Tuple[Any, ...]) -> None:
        """See `calls.Channel`."""
        words = [word.encode() if isinstance(word, str) else b"%d" % word for word in request]
        self.start(b"*%d\r\n" % len(words) + b"".join(b"$%d\r\n%b\r\n" % (len(word), word) for word in words))

    def whole(self) -> bool:
        """See `Stream`."""
        line, end, rest = self.received.partition(b"\r\n")
        if not end:
            return False
        return line[:1] != b"$" or len(rest) >= int(line[1:]) + 2 or int(line[1:]) == NOTHING

    def answer(self) -> Any:
        """Return bytes, a number, None or `NO_SCRIPT`; raises Refused, and ValueError for anything else."""
        line, _, rest = self.received.partition(b"\r\n")
        kind, said = line[:1], line[1:]
        if kind == b"$":
            return None if int(said) == NOTHING else rest[: int(said)]
        if kind == b":":
            return int(said)
        if said.startswith(b"NOSCRIPT"):
            return NO_SCRIPT
        if kind == b"-":
            raise Refused(said.decode("utf-8", "replace"))
        raise ValueError("an answer that no script gives")

    def close(self) -> None:
        """See `calls.Channel`."""
        self._opened.disconnect()
