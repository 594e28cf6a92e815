"""The project's files."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from parlance.domain.project import Project as Files

if TYPE_CHECKING:
    from collections.abc import Mapping

    from parlance_client.transport import Transport

FILES = "/projects/default/files"


class Read(NamedTuple):
    """The project, and the entity tag that a change builds on."""

    project: Files
    etag: str


class Project:
    """All files of the project at once."""

    def __init__(self, transport: Transport) -> None:
        """Send nothing yet."""
        self._transport = transport

    def read(self) -> Read:
        """Return all files and what is wrong in them."""
        reply = self._transport.get(FILES)
        return Read(reply.read(Files), reply.headers.get("ETag", ""))

    def replace(self, files: Mapping[str, str], *, etag: str) -> Files:
        """Make these files the project, if it is still the one that was read; else raises Refused (412)."""
        reply = self._transport.send("PUT", FILES, {"files": files}, If_Match=etag)
        return reply.read(Files) if reply.body else self.read().project  # larger than an answer to a change may be
