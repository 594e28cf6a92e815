"""`python -m tests.proofs.outages`: broker and database away for a minute each, under load, beside stock Rasa.

Ends with 1 if Parlance lost a message that was answered, or forgot one, or knows one that was never said. Figures go
into build/bench.json under `outages_proof`. Both bots use Rasa's in-memory lock store: with the lock store on
DynamoDB and AWS away no message is taken at all.
"""

from __future__ import annotations

import argparse
import signal
import sys
import tempfile
from pathlib import Path

from benchmarks import report
from tests.proofs.outages.outage import Outage, run
from tests.proofs.outages.systems import SYSTEMS

OUTAGES = {
    "broker away": (("broker",), False),
    "broker away, bot killed meanwhile": (("broker",), True),
    "database away": (("database",), False),
}


def main() -> int:
    """Run every system through every outage."""
    parser = argparse.ArgumentParser(prog="python -m tests.proofs.outages", description=__doc__)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--rate", type=float, default=10)
    parser.add_argument("--systems", nargs="+", choices=SYSTEMS, default=list(SYSTEMS))
    asked = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # asked to end, it ends what it started
    figures = {}
    for system in asked.systems:
        for name, (parts, killed) in OUTAGES.items():
            fate = run(folder(), Outage(system, parts, asked.seconds, asked.rate, killed))
            figures[f"{system}, {name} ({asked.seconds:g} s)"] = fate._asdict()
            print(f"{system}, {name} ({asked.seconds:g} s): {fate._asdict()}", flush=True)
    report.write("outages_proof", figures)
    whole = all(
        not fate["lost"] + fate["forgotten"] + fate["ghosts"] for name, fate in figures.items() if name[0] == "p"
    )
    print("holds: Parlance lost nothing" if whole else "does not hold")
    return 0 if whole else 1


def folder() -> Path:
    """Return a folder that a server of another user may pass through."""
    made = Path(tempfile.mkdtemp(prefix="parlance-outages-"))
    made.chmod(0o711)
    return made


if __name__ == "__main__":
    sys.exit(main())
