"""Short form of `python -m tests.proofs.outages`: a real bot talks on while broker and database go and come back."""

import pytest

from tests.proofs.outages.outage import Outage, run
from tests.proofs.outages.talker import PYTHON
from tests.support.run import folder

pytestmark = pytest.mark.skipif(not PYTHON.exists(), reason="needs Rasa's environment: make install")


def test_bot_whose_broker_and_database_go_away_loses_nothing_and_forgets_nothing(monkeypatch):
    for name in ("AWS_ENDPOINT_URL", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "PERSIST_STATE", "S3_PERSIST"):
        monkeypatch.setenv(name, "")  # the proof sets its own; monkeypatch puts back what was there

    fate = run(folder("outage"), Outage("parlance", ("broker", "database"), seconds=4, rate=5))

    assert fate.answered > 20  # five a second are said; a busy machine says fewer
    assert (fate.lost, fate.forgotten, fate.ghosts) == (0, 0, 0)
