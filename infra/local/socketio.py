"""One message over socket.io, spoken by hand: what a chat widget on a web page does."""

from __future__ import annotations

import asyncio
import json

import aiohttp

from infra.local.failure import RunnerError

WAITS = 20.0
PING, PONG, CONNECT, MESSAGE = "2", "3", "40", "42"


def reply_to(url: str, session: str, text: str) -> str:
    """Return the bot's first reply in a session of its own; raises RunnerError when none comes."""
    try:
        return asyncio.run(asyncio.wait_for(converse(url, session, text), WAITS))
    except (TimeoutError, aiohttp.ClientError) as error:
        raise RunnerError(f"The bot did not answer `{text}` over socket.io: {error or 'nothing came'}.") from error


async def converse(url: str, session: str, text: str) -> str:
    """Open a session as Rasa's channel wants it, say the text, and wait for the bot."""
    async with (
        aiohttp.ClientSession() as client,
        client.ws_connect(f"{url}/socket.io/?EIO=4&transport=websocket") as socket,
    ):
        await socket.receive_str()
        await socket.send_str(CONNECT)
        await socket.receive_str()
        await emit(socket, "session_request", {"session_id": session})
        await emit(socket, "user_uttered", {"session_id": session, "message": text})
        while True:
            said = await socket.receive_str()
            if said.startswith(f'{MESSAGE}["bot_uttered"'):
                return str(json.loads(said.removeprefix(MESSAGE))[1].get("text") or "")
            if said == PING:
                await socket.send_str(PONG)


async def emit(socket: aiohttp.ClientWebSocketResponse, name: str, data: dict[str, str]) -> None:
    """Send one event."""
    await socket.send_str(MESSAGE + json.dumps([name, data]))
