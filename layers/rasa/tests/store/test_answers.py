"""Through Rasa's real REST channel: a turn that was not saved is no success for the one who sent the message."""

import aiohttp
import sqlalchemy as sa
from rasa.core.agent import Agent
from rasa.core.channels import channel
from rasa.core.channels.rest import RestInput
from sanic import Sanic
from support.postgres import free_port
from support.talking import DOMAIN, talk, turn

from parlance_rasa.tasks.answers import make_honest


class Talker(Agent):
    """Rasa's agent around a bot that answers without a model."""

    async def handle_message(self, message):
        async with self.lock_store.lock(message.sender_id):
            await message.output_channel.send_text_message(message.sender_id, "yes?")
            await talk(self.tracker_store, message.sender_id, *turn(message.text))


async def exchange(agent, *texts):
    """Send messages to a server around the agent (Sanic allows one in a process); return status and body of each."""
    app = Sanic("talker", configure_logging=False)
    app.ctx.agent = agent
    channel.register([RestInput()], app, route="/webhooks/")
    app.register_listener(make_honest, "before_server_start")
    port = free_port()
    server = await app.create_server(host="127.0.0.1", port=port, return_asyncio_server=True)
    await server.startup()
    await server.before_start()
    url = "http://127.0.0.1:%d/webhooks/rest/webhook" % port
    answers = []
    async with aiohttp.ClientSession() as session:
        for text in texts:
            async with session.post(url, json={"sender": "web-1", "message": text}) as answer:
                answers.append((answer.status, await answer.json()))
    return answers


def test_a_turn_that_was_not_saved_is_a_503(open_store, rows, run):
    store = open_store(patience_s=0)

    @sa.event.listens_for(store.engine, "before_cursor_execute")
    def refuse(connection, cursor, text, values, *rest):
        if "INSERT INTO events" in text and "bad" in str(values):
            raise sa.exc.OperationalError("gone", None, None)

    good, bad = run(exchange(Talker(DOMAIN, tracker_store=store), "good", "bad"))

    assert good == (200, [{"recipient_id": "web-1", "text": "yes?"}])
    assert (bad[0], bad[1]["reason"]) == (503, "TurnNotSaved")
    assert rows("SELECT count(*) FROM events") == [(4,)]
