"""The bridge as an ECS service at home: a stock Rasa publishes to its RabbitMQ, the workbench has the rows."""

from __future__ import annotations

import json

import msgspec
import pytest

from infra.deploy import Deployment, deploy
from infra.local.installation import parameters, put_bridge_secret, put_secret
from tests.integration.local.conftest import wait_for
from tests.support import moodbot, rabbitmq
from tests.support.agent import turning
from tests.support.database import created
from tests.support.stock_rasa import ENVIRONMENT, RASA, publish

EVENTS = moodbot.events()[:300]
PATIENCE = 180.0
NO_RASA = {"RasaCount": "0", "ActionsCount": "0"}
SERVICE = {"cluster": "parlance", "services": ["parlance-bridge"]}

pytestmark = pytest.mark.skipif(not RASA.exists(), reason="needs Rasa's environment: make install")


@pytest.fixture
def rabbit(tmp_path):
    if not rabbitmq.SERVER.exists():
        pytest.skip("needs Debian's rabbitmq-server")
    with rabbitmq.running(tmp_path) as server:
        yield server


@pytest.fixture
def workbench(postgres):
    with created(postgres) as place:
        yield place


@pytest.fixture
def installed(own_emulator, rabbit, workbench, postgres, tmp_path):
    """What `make up PARLANCE_BRIDGE=rabbitmq` deploys, without Rasa: there is one that keeps its broker."""
    told = tmp_path / "bridge.json"
    told.write_text(json.dumps(rabbit.bridge))
    settings = msgspec.structs.replace(own_emulator.settings, bridge="rabbitmq", bridge_settings=str(told))
    with created(postgres, "template1") as tracker:
        names = {"DatabaseSecret": workbench.name, "TrackerDatabaseSecret": tracker.name}
        secrets = own_emulator.client("secretsmanager")
        arns = {key: put_secret(secrets, name, postgres.secret(name)) for key, name in names.items()}
        wanted = parameters(settings, arns) | put_bridge_secret(settings) | NO_RASA
        deploy(
            Deployment(parameters=wanted, endpoint=settings.emulator_url, build=tmp_path / "build", ui=page(tmp_path)),
            lambda _what, _share: None,
        )
        with turning(settings):
            yield settings


def page(folder):
    """A web UI of one page."""
    (folder / "ui").mkdir()
    (folder / "ui" / "index.html").write_text("<!doctype html><title>Parlance</title>")
    return folder / "ui"


def test_events_of_a_stock_rasa_reach_the_database_through_the_service(
    installed, own_emulator, rabbit, workbench, tmp_path
):
    login = {"url": "127.0.0.1", "port": rabbit.port, "username": "guest", "password": "guest"}
    publish(tmp_path, {"type": "pika", **login, "queues": ["rasa_production_events"]}, EVENTS)

    wait_for(lambda: stored(workbench) == told(), PATIENCE)

    ecs = own_emulator.client("ecs")
    wait_for(lambda: ecs.describe_services(**SERVICE)["services"][0]["runningCount"] == 1, PATIENCE)
    named = "SELECT name FROM name_counts WHERE name LIKE 'environment:%'"
    assert workbench.rows(named) == [{"name": f"environment:{ENVIRONMENT}"}]


def stored(workbench):
    """What the workbench's database has, row by row."""
    rows = workbench.rows("SELECT sender_id, data FROM events")
    return sorted(json.dumps({**row["data"], "sender_id": row["sender_id"]}, sort_keys=True) for row in rows)


def told():
    """What Rasa published."""
    return sorted(json.dumps(event, sort_keys=True) for event in EVENTS)
