"""Through Rasa's real REST channel: a turn that was not saved is no success for the one who sent the message."""

import json

import aiohttp
import psycopg2
from rasa.core.agent import Agent
from rasa.core.channels import channel
from sanic import Sanic
from support.postgres import free_port
from support.talking import DOMAIN, talk, turn
from support.wire import refuse

from parlance_rasa.channels import RestChannel
from parlance_rasa.locks.errors import StoreUnavailable
from parlance_rasa.locks.refusals import note
from parlance_rasa.tasks.answers import make_honest


class Talker(Agent):
    """Rasa's agent around a bot that answers without a model."""

    loaded = True

    def is_ready(self):
        return self.loaded

    async def handle_message(self, message):
        if message.text == "break":
            raise SystemError("http://10.0.0.1:4566 is gone")
        if message.text == "locked":
            note(StoreUnavailable("http://10.0.0.1:4566 is gone"))
            return
        async with self.lock_store.lock(message.sender_id):
            await message.output_channel.send_text_message(message.sender_id, "yes?")
            await talk(self.tracker_store, message.sender_id, *turn(message.text))


async def serve(agent):
    """Start a server around the agent; return the channel's address."""
    Sanic._app_registry.clear()
    app = Sanic("talker", configure_logging=False)
    app.ctx.agent = agent
    channel.register([RestChannel()], app, route="/webhooks/")
    app.register_listener(make_honest, "before_server_start")
    port = free_port()
    server = await app.create_server(host="127.0.0.1", port=port, return_asyncio_server=True)
    await server.startup()
    await server.before_start()
    return "http://127.0.0.1:%d/webhooks/rest/webhook" % port


async def exchange(agent):
    """Send messages to a server around the agent; return what came of each."""
    url = await serve(agent)
    async with aiohttp.ClientSession() as session:
        return [await send(session, url, "good"), await send(session, url, "bad"), await stream(session, url, "bad")]


async def send(session, url, text):
    async with session.post(url, json={"sender": "web-1", "message": text}) as answer:
        return answer.status, await answer.json()


async def stream(session, url, text):
    """Return the lines that came, and whether the stream ended as one that is whole."""
    lines = []
    async with session.post(url + "?stream=true", json={"sender": "web-1", "message": text}, timeout=120) as answer:
        try:
            async for line in answer.content:
                lines.append(json.loads(line)["text"])  # noqa: PERF401 - what came before the break counts
        except aiohttp.ClientPayloadError:
            return lines, False
    return lines, True


async def misuse(agent):
    """Return the answers to requests that are no messages, to one that breaks, and to one when there is no model."""
    url = await serve(agent)
    channels = url.rsplit("/", 2)[0]
    good, broken = ('{"sender": "a", "message": "%s"}' % text for text in ("hi", "break"))
    bad = ["[]", '"x"', "5", "null", "", "{}", "{bad", '{"message": 5}', '{"message": "hi", "sender": 5}']
    async with aiohttp.ClientSession() as session:
        answers = {body: await ask(session, "POST", url, body) for body in bad}
        answers["broken"] = await ask(session, "POST", url, broken)
        answers["locked"] = await ask(session, "POST", url, good.replace("hi", "locked"))
        answers["health"] = await ask(session, "GET", channels + "/rest/")
        answers["unknown"] = await ask(session, "POST", channels + "/none/webhook", good)
        answers["method"] = await ask(session, "GET", url)
        agent.loaded = False
        answers["no model"] = await ask(session, "POST", url, good)
        answers["healthy without"] = await ask(session, "GET", channels + "/rest/")
    return {body: answers.pop(body) for body in bad}, answers


async def ask(session, method, url, body=None):
    async with session.request(method, url, data=body, headers={"Content-Type": "application/json"}) as answer:
        return answer.status, await answer.json(), answer.headers


def test_what_is_no_message_or_cannot_be_answered_is_refused_in_the_one_shape(open_store, run):
    bad, rest = run(misuse(Talker(DOMAIN, tracker_store=open_store(patience_s=0))))

    assert {body: answer[0] for body, answer in bad.items()} == dict.fromkeys(bad, 400)
    assert "`sender` must be text" in bad['{"message": "hi", "sender": 5}'][1]["message"]
    assert "`message` must be" in bad["{}"][1]["message"]
    assert rest["health"][:2] == rest["healthy without"][:2] == (200, {"status": "ok"})
    refused = {name: answer for name, answer in rest.items() if not name.startswith("health")}
    reasons = {name: (answer[0], answer[1]["reason"]) for name, answer in refused.items()}
    assert reasons == {
        "broken": (500, "InternalError"),
        "locked": (503, "StoreUnavailable"),
        "unknown": (404, "NotFound"),
        "method": (405, "MethodNotAllowed"),
        "no model": (503, "RasaNotReady"),
    }
    assert (refused["method"][2]["Allow"], refused["no model"][2]["Retry-After"]) == ("POST", "5")
    assert "4566" not in refused["broken"][1]["message"] + refused["locked"][1]["message"]
    for _, body, _ in [*bad.values(), *refused.values()]:
        assert set(body) == {"version", "status", "message", "reason", "details", "help", "code"}


def test_a_turn_that_was_not_saved_is_a_503_or_a_broken_stream(open_store, rows, run, monkeypatch):
    store = open_store(patience_s=0)
    refuse(monkeypatch, "parlance_save(%", psycopg2.OperationalError("gone"), lambda values: "bad" in str(values))

    good, bad, streamed = run(exchange(Talker(DOMAIN, tracker_store=store)))

    assert good == (200, [{"recipient_id": "web-1", "text": "yes?"}])
    assert (bad[0], bad[1]["reason"]) == (503, "TurnNotSaved")
    assert streamed == (["yes?"], False)
    assert rows("SELECT count(*) FROM events") == [(4,)]
