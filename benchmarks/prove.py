"""`make prove`: the long form of every proof; what they print is kept in docs/proofs.md, each section at its last run.

`python -m benchmarks.prove lock-races events` runs the named ones only.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

from benchmarks.report import machine

PAGE = Path(__file__).parents[1] / "docs" / "proofs.md"
LOCKS = [sys.executable, "-m", "tests.proofs.locks", "--parts"]
PYTEST = [sys.executable, "-m", "pytest", "-q", "--prove", "-p", "no:cacheprovider"]


QUIET = {**os.environ, "PYTHONWARNINGS": "ignore"}
CANNOT = 77
"""Exit code of a proof that this machine cannot run: its section stays as it is."""


class Proof(NamedTuple):
    """What is shown, and the command that shows it."""

    claim: str
    command: list[str]


PROOFS = {
    "model": Proof(
        "Lock and store, every interleaving: no lost update, tickets grow, no deadlock; weakened variants are caught",
        [*PYTEST, "tests/unit/test_lock_model.py", "-v"],
    ),
    "events": Proof(
        "Consumers killed 200 times, duplicated, reordered, split and poisoned batches: nothing lost, nothing twice",
        [*PYTEST, "tests/integration/events", "-v"],
    ),
    "outages": Proof(
        "A real bot (one process, locks in memory) talks on while AWS, then PostgreSQL is away for a minute; stock Rasa"
        " with RabbitMQ beside",
        [sys.executable, "-m", "tests.proofs.outages"],
    ),
    "jobs": Proof(
        "All processes of a home installation are killed at each step of a training, and `make up` is called again:"
        " the job succeeds with exactly one model, the model in service stays",
        [sys.executable, "-m", "tests.proofs.killed_installation"],
    ),
    "kafka": Proof(
        "What a stock Rasa publishes to a Kafka broker arrives, and nothing is read twice after a restart; the broker"
        " is Tansu, which speaks Kafka's protocol: Apache Kafka itself is in no registry that this project uses",
        [sys.executable, "-m", "tests.proofs.kafka"],
    ),
    "lock-races": Proof(
        "Two and four nodes of Rasa, ten thousand messages: one at a time, in order; Rasa's own store beside",
        [*LOCKS, "race"],
    ),
    "lock-strikes": Proof(
        "SIGKILL and SIGSTOP of holder and waiter at every step: recovery within a lease and a poll (a holder that was"
        " frozen overlaps when it thaws; the tracker store flags what it then saves)",
        [*LOCKS, "strikes"],
    ),
    "lock-network": Proof(
        "Replies lost, requests lost, errors, throttles, delays of five seconds: every message once, alone, in order",
        [*LOCKS, "faults"],
    ),
    "screens": Proof(
        "The screens over a whole installation with a real bot, in a real browser: talk, lead, guests, review, inbox,"
        " models, insights, settings, git, and a cut network",
        [sys.executable, "-m", "tests.proofs.screens"],
    ),
    "offline": Proof(
        "After the packages are installed no network is needed: up, train, talk, down where only loopback exists",
        [sys.executable, "-m", "tests.proofs.offline"],
    ),
}


def main(names: list[str]) -> int:
    """Run the proofs and renew their sections; 1 when one does not hold."""
    results = {name: run(name) for name in names or PROOFS}
    return 0 if all(results.values()) else 1


def run(name: str) -> bool:
    """Run one proof, show it as it goes, keep what it printed."""
    began, lines = time.monotonic(), []
    with subprocess.Popen(
        PROOFS[name].command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env=QUIET
    ) as process:
        for line in process.stdout or ():
            print(line, end="", flush=True)
            lines.append(line)
    if process.returncode != CANNOT:
        keep(name, section(name, "".join(lines), holds=process.returncode == 0, took=time.monotonic() - began))
    return process.returncode in (0, CANNOT)


def section(name: str, output: str, *, holds: bool, took: float) -> str:
    """Write a proof's section: claim, verdict, when, where, how, output."""
    here = machine()
    command = " ".join(["python", *PROOFS[name].command[1:]])
    verdict = f"**{'Holds' if holds else 'Does not hold'}**, {datetime.now(UTC):%Y-%m-%d}, {took:.0f} s"
    place = f"{here['cores']} cores, {here['memory_gb']} GB, load {here['load_1_min']} at the end"
    shown = output.replace(str(PAGE.parents[1]), ".").strip()
    return f"## {name}\n\n{PROOFS[name].claim}.\n\n{verdict}; {place}.\n\n```console\n$ {command}\n{shown}\n```\n"


def keep(name: str, text: str) -> None:
    """Put the section in place of its last form, or at the page's end."""
    page = PAGE.read_text()
    found = re.search(rf"^## {name}$.*?(?=^## |\Z)", page, re.MULTILINE | re.DOTALL)
    PAGE.write_text(page.replace(found.group(), text + "\n") if found else page.rstrip() + "\n\n" + text)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
