"""Through Rasa's real REST channel: a turn that was not saved is no success for the one who sent the message."""

import json

import aiohttp
import sqlalchemy as sa
from rasa.core.agent import Agent
from rasa.core.channels import channel
from sanic import Sanic
from support.postgres import free_port
from support.talking import DOMAIN, talk, turn

from parlance_rasa.channels import RestChannel
from parlance_rasa.tasks.answers import make_honest


class Talker(Agent):
    """Rasa's agent around a bot that answers without a model."""

    async def handle_message(self, message):
        async with self.lock_store.lock(message.sender_id):
            await message.output_channel.send_text_message(message.sender_id, "yes?")
            await talk(self.tracker_store, message.sender_id, *turn(message.text))


async def exchange(agent):
    """Send messages to a server around the agent (Sanic allows one in a process); return what came of each."""
    app = Sanic("talker", configure_logging=False)
    app.ctx.agent = agent
    channel.register([RestChannel()], app, route="/webhooks/")
    app.register_listener(make_honest, "before_server_start")
    port = free_port()
    server = await app.create_server(host="127.0.0.1", port=port, return_asyncio_server=True)
    await server.startup()
    await server.before_start()
    url = "http://127.0.0.1:%d/webhooks/rest/webhook" % port
    async with aiohttp.ClientSession() as session:
        return [await send(session, url, "good"), await send(session, url, "bad"), await stream(session, url, "bad")]


async def send(session, url, text):
    async with session.post(url, json={"sender": "web-1", "message": text}) as answer:
        return answer.status, await answer.json()


async def stream(session, url, text):
    """Return the lines that came, and whether the stream ended as one that is whole."""
    lines = []
    async with session.post(url + "?stream=true", json={"sender": "web-1", "message": text}, timeout=5) as answer:
        try:
            async for line in answer.content:
                lines.append(json.loads(line)["text"])  # noqa: PERF401 - what came before the break counts
        except aiohttp.ClientPayloadError:
            return lines, False
    return lines, True


def test_a_turn_that_was_not_saved_is_a_503_or_a_broken_stream(open_store, rows, run):
    store = open_store(patience_s=0)

    @sa.event.listens_for(store.engine, "before_cursor_execute")
    def refuse(connection, cursor, text, values, *rest):
        if "INSERT INTO events" in text and "bad" in str(values):
            raise sa.exc.OperationalError("gone", None, None)

    good, bad, streamed = run(exchange(Talker(DOMAIN, tracker_store=store)))

    assert good == (200, [{"recipient_id": "web-1", "text": "yes?"}])
    assert (bad[0], bad[1]["reason"]) == (503, "TurnNotSaved")
    assert streamed == (["yes?"], False)
    assert rows("SELECT count(*) FROM events") == [(4,)]
