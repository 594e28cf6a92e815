"""The part that runs inside Rasa, tested where it runs: in Rasa's own environment, Python 3.10."""

import gzip
import json
import subprocess
from pathlib import Path

import pytest

from parlance.domain import messages
from parlance_rasa.wire import Turn, body_start, encode_event, pack, turn_body

ROOT = Path(__file__).resolve().parents[2]
PYTHON = ROOT / ".venv-rasa" / "bin" / "python"


def test_the_rasa_layers_own_suite_passes():
    assert PYTHON.exists(), "Rasa's environment is missing: `make install` makes it."

    done = subprocess.run(
        [PYTHON, "-m", "pytest", "layers/rasa/tests", "-q", "-W", "ignore", "-p", "no:cacheprovider"],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=2400,
        check=False,
    )

    assert done.returncode == 0, done.stdout[-20_000:]


TEXTS = ["hi", "a\x00b", "lone \ud800", "😀", "word " * 100_000]


@pytest.mark.parametrize("text", TEXTS, ids=["plain", "nul", "surrogate", "emoji", "compressed"])
@pytest.mark.parametrize("kind", ["turn", "event"])
def test_what_rasas_part_writes_the_consumer_reads(kind, text):
    event = {"event": "user", "timestamp": 1.5, "text": text}
    alone = encode_event({**event, "sender_id": "web-1"})
    whole = turn_body(body_start("web-1", "staging"), Turn(7, None, False), [encode_event(event)])
    body = alone if kind == "event" else whole

    read = messages.read(pack(body, kind, lambda _small: pytest.fail("nothing was to be left in S3")), "staging")

    assert isinstance(read, messages.Turn)
    assert (read.sender_id, read.environment) == ("web-1", "staging")


def test_a_claim_that_rasas_part_leaves_the_consumer_collects():
    left = {}

    def leave(small):
        left["claims/x"] = small
        return {"bucket": "data", "key": "claims/x"}

    body = encode_event({"event": "user", "sender_id": "web-1", "timestamp": 1.5, "text": incompressible()})
    claimed = messages.read(pack(body, "event", leave), "production")

    assert isinstance(claimed, messages.Claimed)
    assert (claimed.bucket, claimed.key) == ("data", "claims/x")
    assert json.loads(gzip.decompress(left["claims/x"])) == json.loads(body)


def incompressible():
    """Text that gzip leaves larger than one SNS message."""
    return "".join(f"{number * 2654435761 % 2**32:08x}{number**5 % 4294967291:08x}" for number in range(60_000))
