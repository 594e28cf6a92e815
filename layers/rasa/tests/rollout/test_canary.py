"""The canary: who is sent there, for how long, and what happens when it fails."""

import asyncio
import time

import pytest
from aiohttp import web
from rasa.core.agent import Agent
from rasa.core.channels.channel import CollectingOutputChannel, UserMessage
from support.talking import said, talk

from parlance_rasa.rollout.canary import Canary, CanaryFailedError, Plan, bucket, read_plan

ALWAYS = '{"url": "%s", "steps": [[0, 100]]}'


def test_a_share_is_a_share_of_all_conversations():
    plan = Plan("http://x", ((0, 20),))

    taken = sum(plan.takes("web-%d" % number, 1.0) for number in range(10_000))

    assert 1_850 < taken < 2_150


def test_a_conversation_stays_where_it_began_whatever_the_share_becomes():
    plans = [((100, 10),), ((100, 10), (200, 60)), ((100, 10), (200, 60), (300, 0))]

    for number in range(300):
        began = {Plan("http://x", steps).takes("web-%d" % number, 150.0) for steps in plans}
        assert began == {bucket("web-%d" % number) < 10}


def test_older_conversations_are_productions():
    assert not any(Plan("http://x", ((100, 100),)).takes("web-%d" % number, 99.0) for number in range(100))


@pytest.mark.parametrize("words", [None, "", "no JSON", "[]", '{"url": "x"}', '{"url": "x", "steps": [1]}'])
def test_words_that_make_no_sense_mean_no_canary(words):
    assert read_plan(words) is None


@pytest.fixture
def handled(monkeypatch):
    """What production answers itself."""
    seen = []

    async def handle(_agent, message):
        seen.append(message.sender_id)

    monkeypatch.setattr(Agent, "handle_message", handle)
    return seen


class Second:
    """A second Rasa, as far as the first one sees it."""

    def __init__(self, status=200):
        self.status, self.bodies = status, []

    async def answer(self, request):
        self.bodies.append(await request.json())
        return web.json_response([{"recipient_id": "x", "text": "from the canary"}], status=self.status)

    async def around(self, story):
        app = web.Application()
        app.router.add_post("/webhooks/rest/webhook", self.answer)
        runner = web.AppRunner(app)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        try:
            return await story("http://127.0.0.1:%d" % site._server.sockets[0].getsockname()[1])
        finally:
            await runner.cleanup()


async def send(canary, header, message, store=None):
    canary.learn(header)
    canary.install()
    agent = Agent(tracker_store=store)
    try:
        await agent.handle_message(message)
    finally:
        if canary._session:
            await canary._session.close()


def hello():
    return UserMessage("hello", CollectingOutputChannel(), "web-1", input_channel="rest", metadata={"a": 1})


def test_the_canary_answers_through_the_channel_that_was_asked(handled, run, open_store):
    second, message = Second(), hello()

    run(second.around(lambda url: send(Canary(), ALWAYS % url, message, open_store())))

    assert [answer["text"] for answer in message.output_channel.messages] == ["from the canary"]
    assert second.bodies == [{"sender": "web-1", "message": "hello", "metadata": {"a": 1}, "input_channel": "rest"}]
    assert handled == []


def test_a_conversation_that_was_there_before_stays_with_production(handled, run, open_store):
    second, store = Second(), open_store()
    run(talk(store, "web-1", said("hi")))
    since = int((time.time() + 60) * 1000)

    run(second.around(lambda url: send(Canary(), '{"url": "%s", "steps": [[%d, 100]]}' % (url, since), hello(), store)))

    assert handled == ["web-1"]
    assert second.bodies == []


@pytest.mark.parametrize("status", [503, 429, 404])
def test_production_answers_what_the_canary_does_not_take(handled, run, open_store, status):
    run(Second(status).around(lambda url: send(Canary(), ALWAYS % url, hello(), open_store())))

    assert handled == ["web-1"]


def test_production_answers_when_the_canary_is_not_there(handled, run, open_store):
    run(send(Canary(), ALWAYS % "http://127.0.0.1:9", hello(), open_store()))

    assert handled == ["web-1"]


def test_a_message_that_broke_in_the_canary_is_an_error_and_not_said_twice(handled, run, open_store):
    with pytest.raises(CanaryFailedError):
        run(Second(500).around(lambda url: send(Canary(), ALWAYS % url, hello(), open_store())))

    assert handled == []


def test_without_a_canary_nothing_is_looked_up(handled):
    asyncio.run(send(Canary(), None, hello()))

    assert handled == ["web-1"]


def test_production_answers_when_nobody_can_tell_whose_a_conversation_is(handled, run, open_store, monkeypatch):
    store = open_store()
    monkeypatch.setattr(store, "began", lambda _: 1 / 0)

    run(Second().around(lambda url: send(Canary(), ALWAYS % url, hello(), store)))

    assert handled == ["web-1"]
