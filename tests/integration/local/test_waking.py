"""The front door before a Rasa that is asleep: it is woken, and whoever came is told so."""

from __future__ import annotations

import aiohttp
import msgspec
from aiohttp import web
from aiohttp.test_utils import TestServer

from infra.local.deployed import Deployed
from infra.local.folder import folder_of, write_private
from infra.local.front_door.app import make_app
from tests.integration.local.conftest import settings_in
from tests.integration.local.test_front_door import alone

WAKE = "/restapis/x/live/_user_request_/api/environments/production/wake"


def api(woken):
    """An API that answers nothing but the call that wakes."""

    async def wake(request):
        woken.append(request.path)
        return web.json_response({"state": "waking", "message": "It has been woken.", "retry_after": 5})

    app = web.Application()
    app.router.add_post(WAKE, wake)
    return app


def test_a_message_wakes_rasa_and_its_sender_is_told_when_to_come_again(tmp_path):
    woken = []

    async def play():
        settings = settings_in(tmp_path)
        async with TestServer(api(woken)) as behind:
            settings = msgspec.structs.replace(settings, emulator_port=behind.port)
            write_private(folder_of(settings).make().deployment, Deployed("x", "live", "the-ui", {}))
            async with TestServer(make_app(settings)) as door, aiohttp.ClientSession(door.make_url("/")) as session:
                program = await session.post("/webhooks/rest/webhook", json={"message": "hi"})
                person = await session.get("/core/", headers={"Accept": "text/html"})
                return program.status, program.headers["Retry-After"], await program.json(), await person.text()

    status, again, answer, page = alone(play)

    assert (status, again, answer["reason"], answer["message"]) == (503, "5", "Unavailable", "It has been woken.")
    assert "It has been woken." in page
    assert len(woken) == 2
