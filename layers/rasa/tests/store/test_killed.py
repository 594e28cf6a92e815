"""SIGKILL at any moment between a save and its publication: what is stored is published or still in the outbox."""

import asyncio
import json
import os
import random
import signal
import time

from rasa.utils.endpoints import EndpointConfig
from support.emulator import TOPIC, wait_until
from support.talking import DOMAIN, talk, turn

KILLS = 12
CONNECTIONS = """
SELECT count(*) FROM pg_stat_activity
WHERE backend_type = 'client backend' AND datname = current_database() AND pid <> pg_backend_pid()
"""


def chatter(database, spool, ready):
    """Talk until killed, as Rasa would with its store and its broker."""
    from parlance_rasa.broker import TurnEventBroker
    from parlance_rasa.tracker_store import TurnTrackerStore

    async def speak():
        config = EndpointConfig(type="ours", topic=TOPIC, spool=spool)
        broker = await TurnEventBroker.from_endpoint_config(config)
        store = TurnTrackerStore(DOMAIN, event_broker=broker, **database)
        os.write(ready, b"1")
        while True:
            await asyncio.gather(*(talk(store, "conversation-%d" % number, *turn("hi")) for number in range(5)))

    asyncio.run(speak())


def killed_while_talking(database, spool, moment):
    read, write = os.pipe()
    child = os.fork()
    if not child:
        try:
            chatter(database, spool, write)
        finally:
            os._exit(1)
    assert os.read(read, 1)
    time.sleep(moment)
    os.kill(child, signal.SIGKILL)
    assert os.waitpid(child, 0)[1] == signal.SIGKILL
    os.close(read)
    os.close(write)


def test_a_killed_rasa_loses_no_turn_and_makes_no_ghost(database, rows, emulator, tmp_path, monkeypatch):
    for name, value in (("ENDPOINT_URL", emulator.url), ("ACCESS_KEY_ID", "test"), ("SECRET_ACCESS_KEY", "test")):
        monkeypatch.setenv("AWS_" + name, value)
    chance = random.Random(3)

    for kill in range(KILLS):  # later and later: a slow machine gets to save something too
        killed_while_talking(database, str(tmp_path / "spool"), chance.uniform(0.01, 0.04 * (kill + 1)))
    wait_until(lambda: rows(CONNECTIONS) == [(0,)])  # what was being committed is, or is not

    stored = {(sender_id, number) for sender_id, number in rows("SELECT sender_id, turn FROM parlance_turns")}
    waiting = {identity(json.loads(body)) for (body,) in rows("SELECT body FROM parlance_outbox")}
    published = [identity(body) for body, _ in emulator.everything()]
    assert stored
    assert set(published) | waiting == stored
    assert rows("SELECT count(*) FROM events") == rows("SELECT count(*) FROM parlance_events")
    assert rows("SELECT count(*) FROM events") == [(4 * len(stored),)]


def identity(body):
    return body["sender_id"], body["turn"]
