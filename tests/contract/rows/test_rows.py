"""Every call of Rasa X but those on models and git, with its parameters, on an installation with something in it."""

from __future__ import annotations

import pytest

from parlance.services import project
from parlance.settings import settings
from tests.contract.rows import conversations, data, identity
from tests.contract.rows.calling import call_all
from tests.support import events as rasa
from tests.support import rasa_server
from tests.support.api import Client
from tests.support.furnished import PROJECT, furnish
from tests.support.installation import SERVICE_TOKEN, logged_in

TRACKER = {"sender_id": "x", "events": [], "slots": {}}
ANSWERS = {
    "/predict": {"scores": [], "policy": "RulePolicy", "confidence": 1.0, "tracker": TRACKER},
    "/execute": {"tracker": TRACKER, "messages": []},
    "/tracker": TRACKER,
    "/events": TRACKER,
}


@pytest.fixture
def clients(installation, signing_key, password_hash, monkeypatch):
    for variable, value in furnish().items():
        monkeypatch.setenv(variable, value)
    with rasa_server.serving(rasa_server.Rasa(signing_key.public)) as server:
        server.answers = ANSWERS
        monkeypatch.setenv("RASA_URL", server.url)
        settings.cache_clear()
        rasa.store(*rasa.three())
        yield {"admin": logged_in("ada", "admin", password_hash=password_hash), "nobody": Client()}


@pytest.fixture
def known(clients):
    token = clients["admin"].post("/user/tokens", {"name": "script"}).json["token"]
    return {"api_token": token, "service": SERVICE_TOKEN}


def test_rows_of_identity(clients, known):
    call_all(identity.ROWS, clients, known)


def test_rows_of_conversations(clients, known):
    project.import_files(PROJECT, "ada")
    call_all(conversations.ROWS, clients, known)


def test_rows_of_data(clients, known):
    call_all(data.ROWS, clients, known)
