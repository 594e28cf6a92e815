"""Routes of the front door."""

from __future__ import annotations

from typing import TYPE_CHECKING

import aiohttp
from aiohttp import web

from infra.local.folder import folder_of
from infra.local.front_door.answers import DEPLOYING, RASA_WAITS, failure, waiting
from infra.local.front_door.proxy import NotThereError, forward
from infra.local.front_door.refusals import known_methods, shape_malformed
from infra.local.front_door.targets import Targets
from infra.local.front_door.ui import Bundle, serve
from infra.local.front_door.websocket import bridge, is_upgrade

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from infra.local.front_door.targets import Target
    from infra.local.settings import Settings

WAKE, WAKES_WITHIN = "/api/environments/production/wake", 5.0
API_WAITS = "The API is starting again; the same call works in a moment."


class FrontDoor:
    """One handler a kind of path."""

    def __init__(self, settings: Settings) -> None:
        """Know where things are; connections are made on first use."""
        self.targets = Targets(settings, folder_of(settings))
        self.bundle = Bundle(settings, self.targets)
        self.session: aiohttp.ClientSession | None = None

    async def connected(self, _app: web.Application) -> AsyncIterator[None]:
        """Hold one pool of connections while the application runs; bodies pass as they are, compressed or not."""
        connector = aiohttp.TCPConnector(limit=0, keepalive_timeout=15)
        none_kept = aiohttp.DummyCookieJar()  # cookies belong to visitors: one's must not go along with another's
        async with aiohttp.ClientSession(
            connector=connector, cookie_jar=none_kept, auto_decompress=False, trust_env=False
        ) as self.session:
            yield

    async def api(self, request: web.Request) -> web.StreamResponse:
        """Pass on to API Gateway, which takes the bare path for a stranger's and asks for a token."""
        if request.path in ("/api", "/api/"):
            return failure(404, "NotFound", "There is no call of this name; `/api/version` is one.")
        target = self.targets.api()
        if target is None:
            return waiting(request, DEPLOYING)
        return await self.pass_on(request, target, request.raw_path, API_WAITS)

    async def live(self, request: web.Request) -> web.StreamResponse:
        """Pass on to the WebSocket API, which has no paths."""
        if not is_upgrade(request):
            return failure(426, "UpgradeRequired", "This is a WebSocket: connect with `Upgrade: websocket`.")
        target = self.targets.live()
        return waiting(request, DEPLOYING) if target is None else await self.pass_on(request, target, "", API_WAITS)

    async def core(self, request: web.Request) -> web.StreamResponse:
        """Pass on to Rasa's own API, where it is the root."""
        path = request.raw_path.removeprefix("/core")
        return await self.pass_on(
            request, self.targets.core(), path if path.startswith("/") else f"/{path}", RASA_WAITS
        )

    async def channel(self, request: web.Request) -> web.StreamResponse:
        """Pass on to Rasa's channels; a WebSocket stays one."""
        return await self.pass_on(request, self.targets.channels(), request.raw_path, RASA_WAITS)

    async def pass_on(self, request: web.Request, target: Target, path: str, words: str) -> web.StreamResponse:
        """Pass a request on; say honestly when nobody is there yet."""
        if has_dot_segments(path):
            return failure(400, "WrongSchema", "The path may not contain `.` or `..` segments.")
        if self.session is None:
            return waiting(request, words, seconds=1)
        try:
            way = bridge if is_upgrade(request) else forward
            return await way(request, target, path, self.session)
        except NotThereError:
            return waiting(request, await self.wake() if words is RASA_WAITS else words)

    async def wake(self) -> str:
        """Wake Rasa production, should it be asleep; return what to tell who asked for it."""
        target = self.targets.api()
        if target is None or self.session is None:
            return RASA_WAITS
        try:
            times = aiohttp.ClientTimeout(total=WAKES_WITHIN)
            async with self.session.post(target.url + WAKE, timeout=times) as answer:
                return str((await answer.json())["message"])
        except (aiohttp.ClientError, TimeoutError, ValueError, KeyError, TypeError):
            return RASA_WAITS

    async def ui(self, request: web.Request) -> web.StreamResponse:
        """Serve the web UI."""
        return await serve(request, self.bundle)

    async def robots(self, _request: web.Request) -> web.Response:
        """Keep search engines out."""
        return web.Response(text="User-agent: *\nDisallow: /\n")

    async def health(self, _request: web.Request) -> web.Response:
        """Tell that the front door itself is open; /api/health tells about the rest."""
        return web.json_response({"status": "ok"})


def has_dot_segments(raw_path: str) -> bool:
    """Tell whether a path tries to climb, written plainly or encoded."""
    plain = (
        raw_path.partition("?")[0]
        .lower()
        .replace("%2e", ".")
        .replace("%2f", "/")
        .replace("%5c", "/")
        .replace("\\", "/")
    )
    return any(part in (".", "..") for part in plain.split("/"))


def make_app(settings: Settings) -> web.Application:
    """Return the front door as an aiohttp application; limits are the targets', so aiohttp's own is off."""
    door = FrontDoor(settings)
    shape_malformed()
    app = web.Application(client_max_size=0, middlewares=[known_methods])
    app.cleanup_ctx.append(door.connected)
    app.router.add_get("/healthz", door.health)
    app.router.add_get("/robots.txt", door.robots)
    for path, handler in (
        ("/api/ws", door.live),
        ("/api{rest:(/.*)?}", door.api),
        ("/core{rest:(/.*)?}", door.core),
        ("/webhooks{rest:(/.*)?}", door.channel),
        ("/socket.io{rest:(/.*)?}", door.channel),
        ("/{rest:.*}", door.ui),
    ):
        app.router.add_route("*", path, handler)
    return app
