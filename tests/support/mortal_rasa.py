"""Talks as Rasa does, with our tracker store and broker, and is killed again and again: run by Rasa's environment.

`python mortal_rasa.py JSON`, an object with `database` (a tracker store's settings), `topic`, `spool`, `kills`, `seed`.
"""

import asyncio
import json
import os
import random
import signal
import sys
import time

from rasa.utils.endpoints import EndpointConfig
from support.talking import DOMAIN, talk, turn

from parlance_rasa.broker import TurnEventBroker
from parlance_rasa.tracker_store import TurnTrackerStore


async def speak(plan, ready):
    """Save and publish turns of five conversations at once, for ever; each text is said once in all lives."""
    broker = await TurnEventBroker.from_endpoint_config(
        EndpointConfig(type="", topic=plan["topic"], spool=plan["spool"])
    )
    store = TurnTrackerStore(DOMAIN, event_broker=broker, **plan["database"])
    os.write(ready, b"1")
    while True:
        await asyncio.gather(*(talk(store, f"web-{number}", *turn(f"hi {time.time_ns()}")) for number in range(5)))


def live(plan, moment):
    """Live for a moment, and die by SIGKILL."""
    read, write = os.pipe()
    child = os.fork()
    if not child:
        try:
            asyncio.run(speak(plan, write))
        finally:
            os._exit(1)
    os.read(read, 1)
    time.sleep(moment)
    os.kill(child, signal.SIGKILL)
    ended = os.waitpid(child, 0)[1]
    if ended != signal.SIGKILL:
        raise SystemExit(f"it ended by itself: {ended}")


def main():
    """Die as often as planned, later each time: a slow machine gets to save something too."""
    plan = json.loads(sys.argv[1])
    chance = random.Random(plan["seed"])
    for kill in range(plan["kills"]):
        live(plan, chance.uniform(0.01, 0.04 * (kill + 1)))


main()
