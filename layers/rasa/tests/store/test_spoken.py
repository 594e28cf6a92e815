"""Through Rasa's real socket.io channel: who writes to a bot that cannot answer is told so."""

import asyncio

import pytest
import socketio
from rasa.core.agent import Agent
from rasa.core.channels import channel
from rasa.core.channels.channel import UserMessage
from rasa.core.channels.socketio import SocketIOInput, SocketIOOutput
from sanic import Sanic
from support.postgres import free_port
from support.talking import DOMAIN

from parlance_rasa.errors import TurnFailed
from parlance_rasa.locks.errors import StoreUnavailable
from parlance_rasa.rollout.canary import Canary, CanaryFailedError
from parlance_rasa.tasks import spoken
from parlance_rasa.tasks.serve import install_answers

PATIENCE = 60
FAILURES = {"bad": TurnFailed("gone"), "locked": StoreUnavailable("gone"), "broken": RuntimeError("a component's")}


async def usual(_agent, message):
    """Answer as a model would, or fail as the store and the lock do."""
    if message.text in FAILURES:
        raise FAILURES[message.text]
    await message.output_channel.send_text_message(message.sender_id, "yes?")


async def conversation(agent):
    """Write to a server around the agent, before and after it got a model; return what the socket said."""
    Sanic._app_registry.clear()
    app, port = Sanic("spoken", configure_logging=False), free_port()
    app.ctx.agent = agent
    channel.register([SocketIOInput()], app, route="/webhooks/")
    server = await app.create_server(host="127.0.0.1", port=port, return_asyncio_server=True)
    await server.startup()
    await server.before_start()
    client, said = socketio.AsyncClient(), asyncio.Queue()
    client.on("bot_uttered", said.put)
    await client.connect("http://127.0.0.1:%d" % port, transports=["polling"])
    heard = []
    for text in ("hello", "hello", *FAILURES):
        await client.emit("user_uttered", {"message": text})
        heard.append((await asyncio.wait_for(said.get(), PATIENCE))["text"])
        agent.loaded = True
    await client.disconnect()
    server.close()
    return heard


class Talker(Agent):
    """Rasa's agent, with and without a model."""

    loaded = False

    def is_ready(self):
        return self.loaded


def test_a_socket_is_told_why_there_is_no_answer(run, monkeypatch):
    monkeypatch.setattr(Agent, "handle_message", usual)
    spoken.tell_without_model()
    spoken.tell_failures()

    failures = [spoken.NOT_SAVED, spoken.NOT_RUN, spoken.NOT_RUN]
    assert run(conversation(Talker(DOMAIN))) == [spoken.NO_MODEL, "yes?", *failures]


class Mouth(SocketIOOutput):
    """A socket's other end in memory."""

    def __init__(self):
        self.said = []

    async def send_text_message(self, recipient_id, text, **_):
        self.said.append(text)


def test_a_socket_is_told_that_the_canary_broke_off(run, monkeypatch):
    monkeypatch.setattr(Agent, "handle_message", usual)

    async def broken(*_):
        raise CanaryFailedError("The canary answered 500.")

    canary = Canary()
    monkeypatch.setattr(canary, "_pass_on", broken)
    canary.learn('{"url": "http://canary.invalid", "steps": [[0, 100]]}')
    install_answers(canary)
    mouth = Mouth()

    with pytest.raises(CanaryFailedError):
        run(Talker(DOMAIN).handle_message(UserMessage("hello", mouth, "web-1", input_channel="socketio")))

    assert mouth.said == [spoken.NOT_RUN]
