"""What a user's channel says when the lock refuses a message, on Rasa's own server and on Parlance's."""

import asyncio

import aiohttp
import pytest
import structlog
from rasa.core.agent import Agent
from rasa.core.channels import channel
from rasa.core.channels.rest import RestInput
from rasa.core.tracker_store import InMemoryTrackerStore
from rasa.server import create_app
from rasa.shared.core.domain import Domain
from sanic import Sanic
from support.postgres import free_port

from parlance_rasa.tasks.answers import make_honest


class SlowProcessor:
    """A model that takes as long for a message as it is told to."""

    def __init__(self):
        self.begun, self.go_on = asyncio.Event(), asyncio.Event()

    async def handle_message(self, message):
        self.begun.set()
        await self.go_on.wait()
        await message.output_channel.send_text_message(message.sender_id, "hello")


async def serve(store, processor, honest):
    """Start Rasa's server around a slow bot, with Parlance's answers or without; return its address."""
    domain, port = Domain.empty(), free_port()
    agent = Agent(domain=domain, tracker_store=InMemoryTrackerStore(domain), lock_store=store)
    agent.processor = processor
    Sanic._app_registry.clear()
    app = create_app(agent)
    channel.register([RestInput()], app, route="/webhooks/")
    if honest:
        app.register_listener(make_honest, "before_server_start")
    server = await app.create_server(host="127.0.0.1", port=port, return_asyncio_server=True)
    await server.startup()
    await server.before_start()
    return f"http://127.0.0.1:{port}"


async def talk(session, url, processor):
    """Send two messages and an API call at once to one conversation."""
    message = {"sender": "me", "message": "hi"}
    first = asyncio.ensure_future(post(session, url + "/webhooks/rest/webhook", message))
    await processor.begun.wait()
    second = await post(session, url + "/webhooks/rest/webhook", message)
    api = await post(session, url + "/conversations/me/tracker/events", {"event": "restart"})
    processor.go_on.set()
    return await first, second, api


async def post(session, url, body):
    async with session.post(url, json=body) as answer:
        return answer.status, await answer.json()


@pytest.fixture
def kind():
    return "redis"


@pytest.fixture(autouse=True)
def own_event_loop():
    """Sanic makes its own kind of event loop the process's default."""
    yield
    asyncio.set_event_loop_policy(None)


async def refused(store, honest):
    processor = SlowProcessor()
    url = await serve(store, processor, honest)
    async with aiohttp.ClientSession() as session:
        with structlog.testing.capture_logs() as logged:
            return (*await talk(session, url, processor), logged)


def test_rasas_own_server_logs_that_the_queue_is_full_and_its_api_says_so(open_store, run):
    first, second, api, logged = run(refused(open_store(queue_cap=1, lease=5), honest=False))

    assert first == (200, [{"recipient_id": "me", "text": "hello"}])
    assert second == (200, [])  # Rasa's REST channel swallows every error, and logs it
    assert [entry["event"] for entry in logged] == ["rest.message.received.failure"]
    assert api[0] == 500
    assert "1 messages of conversation 'me' are waiting already" in api[1]["message"]


def test_parlances_server_answers_that_the_queue_is_full(open_store, run):
    first, second, api, _ = run(refused(open_store(queue_cap=1, lease=5), honest=True))

    assert first == (200, [{"recipient_id": "me", "text": "hello"}])
    assert second[0] == api[0] == 429
    assert second[1]["reason"] == api[1]["reason"] == "QueueFull"
    assert second[1]["message"] == "1 messages of conversation 'me' are waiting already."
