"""A publisher in a hurry, between a spool and a topic in memory."""

import pytest
from support.topic import Topic

from parlance_rasa import publisher as module
from parlance_rasa.delivery import Delivery
from parlance_rasa.publisher import Publisher
from parlance_rasa.spool import Spool


@pytest.fixture
def impatient(monkeypatch):
    monkeypatch.setattr(module, "LONGEST_PAUSE_S", 0.05)
    monkeypatch.setattr(module, "FIRST_PAUSE_S", 0.01)
    monkeypatch.setattr(module, "LAST_TRY_S", 0.05)
    monkeypatch.setattr(module, "SPOOL_SPACING_S", 0.05)


@pytest.fixture
def topic():
    return Topic()


@pytest.fixture
def spool(tmp_path):
    return Spool(str(tmp_path / "spool"), limit=100_000)


@pytest.fixture
def publisher(topic, spool):
    worker = Publisher(Delivery(topic), spool)
    yield worker
    topic.open.set()
    worker.close(0.05)
