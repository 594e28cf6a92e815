"""What our tracker store and broker add to a turn of real Rasa, over its in-memory store without a broker.

One process has both agents and alternates between them; the message says hello to a model of a keyword classifier and
rules, so that next to nothing but the stores is measured. A durable PostgreSQL and the emulator are on this machine.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

import boto3

from tests.proofs.outages.systems import LOGIN, OURS
from tests.proofs.outages.talker import PYTHON, environment, model
from tests.support.database import created

if TYPE_CHECKING:
    from tests.support.database import Database
    from tests.support.postgres import Postgres

TURNS = int(os.environ.get("TURNS", "400"))
SCRIPT = Path(__file__).with_name("ingest_turn_bot.py")
PLAIN = "tracker_store: {type: in_memory}\n"


def added_ms_per_turn(server: Postgres, folder: Path) -> dict[str, float]:
    """Return the differences of the medians and of the 99th percentiles, and what a plain turn takes."""
    with created(server, "template1") as tracker:
        plain, ours = timed(tracker, folder)
    plain_cuts, our_cuts = (statistics.quantiles(times, n=100) for times in (plain, ours))
    added = {f"p{cut}": round(our_cuts[cut - 1] - plain_cuts[cut - 1], 2) for cut in (50, 99)}
    return {**added, "plain_p50": round(plain_cuts[49], 2)}


def timed(tracker: Database, folder: Path) -> tuple[list[float], list[float]]:
    """Return the milliseconds of each turn, plain and ours."""
    topic = boto3.client("sns").create_topic(Name="timed")["TopicArn"]
    login = LOGIN.format(port=tracker.server.port, password=tracker.server.password, db=tracker.name)
    (folder / "plain.yml").write_text(PLAIN)
    (folder / "ours.yml").write_text(OURS.format(login=login, topic=topic, spool=folder / "spool"))
    command = [str(PYTHON), str(SCRIPT), model(folder), "plain.yml", "ours.yml", str(TURNS)]
    with (folder / "turns.log").open("wb") as log:
        done = subprocess.run(
            command, cwd=folder, env=environment(folder), stdout=subprocess.PIPE, stderr=log, text=True, check=True
        )
    plain, ours = json.loads(done.stdout.splitlines()[-1])
    return plain, ours
