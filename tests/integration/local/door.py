"""Small real servers on loopback that stand where API Gateway and Rasa stand, and the front door before them."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager

import aiohttp
import msgspec
from aiohttp import WSMsgType, web
from aiohttp.test_utils import TestServer

from infra.local.deployed import Deployed
from infra.local.folder import folder_of, write_private
from infra.local.front_door.app import make_app
from tests.integration.local.conftest import settings_in


async def echo(request):
    body = await request.read()
    told = {"path": request.raw_path, "method": request.method, "headers": dict(request.headers), "size": len(body)}
    return web.json_response(told, status=int(request.query.get("status", 200)))


async def dribble(request):
    response = web.StreamResponse()
    await response.prepare(request)
    for word in (b"one ", b"two ", b"three"):
        await response.write(word)
        await asyncio.sleep(0.2)
    return response


async def break_off(request):
    response = web.StreamResponse(headers={"Content-Length": "100"})
    await response.prepare(request)
    await response.write(b"half")
    request.transport.abort()
    return response


async def slow(_request):
    await asyncio.sleep(5)


async def chat(request):
    socket = web.WebSocketResponse(protocols=["v2"])
    await socket.prepare(request)
    async for message in socket:
        if message.data == "bye":
            await socket.close(code=4001)
        elif message.type is WSMsgType.BINARY:
            await socket.send_bytes(message.data[::-1])
        else:
            await socket.send_str(f"you said {message.data}")
    return socket


def behind():
    app = web.Application(client_max_size=0)
    app.router.add_get("/webhooks/dribble", dribble)
    app.router.add_get("/webhooks/break", break_off)
    app.router.add_get("/socket.io/", chat)
    app.router.add_get("/_aws/execute-api/ws/live", chat)
    app.router.add_route("*", "/restapis/x/live/_user_request_/api/slow", slow)
    app.router.add_route("*", "/{rest:.*}", echo)
    return app


@asynccontextmanager
async def opened(folder, *, deployed=True, rasa=True):
    """A front door with one server behind that plays both API Gateway and Rasa."""
    settings = settings_in(folder)
    server = TestServer(behind(), port=settings.rasa_port)
    if rasa:
        await server.start_server()
    settings = msgspec.structs.replace(settings, emulator_port=settings.rasa_port)
    place = folder_of(settings).make()
    if deployed:
        write_private(place.deployment, Deployed("x", "live", "the-ui", {"LiveApiId": "ws"}))
    async with TestServer(make_app(settings)) as door, aiohttp.ClientSession(door.make_url("/")) as session:
        yield session
    await server.close()


def alone(play):
    """Run on a thread of its own: a browser's test before this one may have left a running loop on the main thread."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, play()).result()


def run(folder, scenario, **options):
    """Run a scenario that gets a client of the front door."""

    async def play():
        async with opened(folder, **options) as session:
            return await scenario(session)

    return alone(play)
