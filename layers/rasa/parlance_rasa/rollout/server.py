"""The model server as a client sees it: is there news of my tag, and what came of the last model."""

import asyncio
import os
from typing import Any, Dict, Iterable, NamedTuple, Optional

import aiohttp

NAME = "model.tar.gz"
BLOCK = 1024 * 1024
UNREACHABLE = (aiohttp.ClientError, asyncio.TimeoutError, OSError)
OK, UNCHANGED, MISSING = 200, (204, 304), 404
SETTLED = (200, 204, 400, 404, 409)


class Answer(NamedTuple):
    """What the server said. `path` is a model's file when there is news, `etag` the tag's model (None: no model)."""

    etag: Optional[str] = None
    path: Optional[str] = None
    canary: Optional[str] = None


class ModelServer:
    """`models: url` of endpoints.yml. Both methods raise one of `UNREACHABLE` when the server does not answer."""

    def __init__(self, endpoint: Any) -> None:
        self._endpoint = endpoint

    async def ask(self, known: Iterable[str], folder: str) -> Answer:
        """Ask for news; a model whose fingerprint is not in `known` is put into `folder`."""
        headers = {"If-None-Match": ", ".join(known)}
        parameters = self._endpoint.combine_parameters()
        asking = {"headers": headers, "params": parameters}
        async with self._endpoint.session() as session, session.get(self._endpoint.url, **asking) as reply:
            said = reply.history[0].headers if reply.history else reply.headers  # the storage knows less
            answer = Answer(reply.headers.get("ETag"), canary=said.get("Parlance-Canary"))
            if reply.status == OK:
                return answer._replace(path=await _save(reply, _path(folder, said)))
            if reply.status not in UNCHANGED and reply.status != MISSING:
                reply.raise_for_status()
            return answer._replace(etag=None) if reply.status == MISSING else answer

    async def report(self, verdict: Dict[str, Any]) -> None:
        """Tell the workbench what came of a model; a server that takes no reports is left in peace."""
        async with self._endpoint.session() as session:
            url, parameters = self._endpoint.url + "/reports", self._endpoint.combine_parameters()
            async with session.post(url, json=verdict, params=parameters) as reply:
                if reply.status not in SETTLED:
                    reply.raise_for_status()


def _path(folder: str, headers: Any) -> str:
    """Return where to put the file: the name is the server's, the folder is ours whatever the name says."""
    return os.path.join(folder, os.path.basename(headers.get("filename") or NAME) or NAME)


async def _save(reply: Any, path: str) -> str:
    """Write a body to a file as it comes; a model may be larger than what is free of the memory."""
    with open(path, "wb") as file:  # noqa: ASYNC230 - blocks of a megabyte, each written in a millisecond
        async for block in reply.content.iter_chunked(BLOCK):
            file.write(block)
    return path
