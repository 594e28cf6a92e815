"""Carries a WebSocket through the front door, message by message, both ways."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import TYPE_CHECKING

import aiohttp
from aiohttp import WSMsgType, web

from infra.local.front_door.headers import to_upstream
from infra.local.front_door.proxy import UNREACHABLE, NotThereError

if TYPE_CHECKING:
    from infra.local.front_door.targets import Target

Socket = web.WebSocketResponse | aiohttp.ClientWebSocketResponse
LARGEST_MESSAGE = 10 * 1024 * 1024
HANDSHAKE = ("sec-websocket-key", "sec-websocket-version", "sec-websocket-extensions", "sec-websocket-protocol")


def is_upgrade(request: web.Request) -> bool:
    """Tell whether a request asks to become a WebSocket."""
    return request.headers.get("Upgrade", "").lower() == "websocket"


async def bridge(request: web.Request, target: Target, path: str, session: aiohttp.ClientSession) -> web.StreamResponse:
    """Connect to the server behind first, so that its refusal is ours, then carry messages until one side ends."""
    protocols = [name.strip() for name in request.headers.get("Sec-WebSocket-Protocol", "").split(",") if name.strip()]
    headers = to_upstream(request)
    for name in HANDSHAKE:
        headers.popall(name, None)
    try:
        async with session.ws_connect(
            "ws" + target.url.removeprefix("http") + path,
            headers=headers,
            protocols=protocols,
            max_msg_size=LARGEST_MESSAGE,
            autoping=False,
        ) as upstream:
            return await carry_both_ways(request, upstream)
    except UNREACHABLE as error:
        raise NotThereError from error
    except aiohttp.WSServerHandshakeError as error:
        return web.Response(status=error.status, text=error.message)


async def carry_both_ways(request: web.Request, upstream: aiohttp.ClientWebSocketResponse) -> web.WebSocketResponse:
    """Accept the visitor with the protocol that the server chose, and carry."""
    chosen = [upstream.protocol] if upstream.protocol else []
    visitor = web.WebSocketResponse(protocols=chosen, max_msg_size=LARGEST_MESSAGE, autoping=False)
    await visitor.prepare(request)
    tasks = [asyncio.create_task(carry(visitor, upstream)), asyncio.create_task(carry(upstream, visitor))]
    try:
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
    return visitor


async def carry(source: Socket, sink: Socket) -> None:
    """Carry messages one way; when the source closes, close the sink with the same code."""
    with suppress(ConnectionError):
        while True:
            message = await source.receive()
            if message.type is WSMsgType.TEXT:
                await sink.send_str(message.data)
            elif message.type is WSMsgType.BINARY:
                await sink.send_bytes(message.data)
            elif message.type is WSMsgType.PING:
                await sink.ping(message.data)
            elif message.type is WSMsgType.PONG:
                await sink.pong(message.data)
            else:
                await sink.close(code=source.close_code or 1011)
                return
