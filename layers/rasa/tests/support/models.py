"""Real models of Rasa's, small enough to train in a test, and a model server that hands them out."""

import asyncio
import hashlib
import os
import threading
from contextlib import contextmanager

from aiohttp import web
from rasa.model_training import train

CONFIG = """
recipe: default.v1
assistant_id: tests
language: en
pipeline: [{name: WhitespaceTokenizer}, {name: KeywordIntentClassifier}]
policies: [{name: RulePolicy}]
"""
DOMAIN = """
version: "3.1"
intents: [greet]
responses: {utter_greet: [{text: %s}]}
"""
DATA = """
version: "3.1"
nlu: [{intent: greet, examples: "- hello\\n- hi"}]
rules: [{rule: greet, steps: [{intent: greet}, {action: utter_greet}]}]
"""


def small_model(folder, answer):
    """Train a model that says `answer` to a greeting; return its file's path."""
    for name, text in (("config.yml", CONFIG), ("domain.yml", DOMAIN % answer), ("data.yml", DATA)):
        (folder / name).write_text(text)
    paths = [str(folder / name) for name in ("domain.yml", "config.yml", "data.yml")]
    return train(paths[0], paths[1], [paths[2]], output=str(folder / "models"), force_training=True).model


class Shelf:
    """What the model server holds: change `path` to offer another model. `verdicts` are what it was told."""

    def __init__(self):
        self.path, self.verdicts, self.downloads, self.is_up = None, [], 0, True

    @property
    def etag(self):
        return '"%s"' % hashlib.md5(self.content()).hexdigest()

    def content(self):
        with open(self.path, "rb") as file:
            return file.read()

    async def offer(self, request):
        if not self.is_up:
            return web.Response(status=503)
        if self.path is None:
            return web.Response(status=404)
        if self.etag in request.headers.get("If-None-Match", ""):
            return web.Response(status=204, headers={"ETag": self.etag})
        raise web.HTTPFound("/file", headers={"ETag": self.etag, "filename": os.path.basename(self.path)})

    async def file(self, request):
        self.downloads += 1
        return web.Response(body=self.content(), content_type="application/gzip", headers={"ETag": self.etag})

    async def report(self, request):
        if not self.is_up:
            return web.Response(status=503)
        self.verdicts.append(await request.json())
        return web.Response(status=204)


@contextmanager
def served(shelf):
    """Serve a shelf on a thread of its own; gives the model server's address."""
    app, loop, started = web.Application(), asyncio.new_event_loop(), threading.Event()
    app.router.add_get("/tag", shelf.offer)
    app.router.add_get("/file", shelf.file)
    app.router.add_post("/tag/reports", shelf.report)
    runner = web.AppRunner(app)
    port = []

    async def start():
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        port.append(site._server.sockets[0].getsockname()[1])
        started.set()

    loop.create_task(start())
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    started.wait(120)
    yield "http://127.0.0.1:%d/tag" % port[0]
    asyncio.run_coroutine_threadsafe(runner.cleanup(), loop).result(120)
    loop.call_soon_threadsafe(loop.stop)
    thread.join(120)
