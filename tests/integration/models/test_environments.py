"""Environments through the API, with ECS on the emulator."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest

from parlance.adapters import aws, serving
from parlance.adapters.sql import query
from parlance.domain.errors import Unavailable
from parlance.services import environments
from parlance.settings import settings
from tests.integration.models.conftest import refuses
from tests.support.api import Client

if TYPE_CHECKING:
    from tests.integration.models.conftest import Workbench

NIGHT = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)  # a Monday
NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


@pytest.fixture
def bench(imported: Workbench, monkeypatch: pytest.MonkeyPatch) -> Workbench:
    monkeypatch.setenv("RASA_ENVIRONMENTS", "canary=http://127.0.0.1:9006,staging=http://127.0.0.1:9007,")
    settings.cache_clear()
    for service, count in (("rasa", 1), ("rasa-staging", 0), ("rasa-canary", 0)):
        aws.client("ecs").create_service(
            cluster=imported.cluster,
            serviceName=f"{imported.cluster}-{service}",
            taskDefinition=f"{imported.name}-train",
            desiredCount=count,
        )
    return imported


def wanted(bench: Workbench, service: str) -> int:
    found = aws.client("ecs").describe_services(cluster=bench.cluster, services=[f"{bench.cluster}-{service}"])
    return int(found["services"][0]["desiredCount"])


def at(monkeypatch: pytest.MonkeyPatch, moment: datetime) -> None:
    class Clock(datetime):
        @classmethod
        def now(cls, tz: Any = None) -> datetime:
            return moment.astimezone(tz)

    monkeypatch.setattr(environments, "datetime", Clock)


def test_environments_are_shown_as_the_contract_says_and_with_what_runs(bench: Workbench, admin: Client) -> None:
    shown = admin.get("/environments").json

    assert shown["environments"].startswith(
        "rasa:\n  production:\n    url: http://127.0.0.1:9\n    token: ${RASA_TOKEN}"
    )
    states = {one["name"]: (one["state"], one["wanted"]) for one in shown["details"]}
    assert states == {"production": ("on", 1), "canary": ("off", 0), "staging": ("off", 0), "worker": ("on", 0)}


def test_an_environment_is_switched_on_and_off(bench: Workbench, admin: Client, tester: Client) -> None:
    reply = admin.put("/environments/staging", {"state": "on"})

    assert (reply.status, reply.json["state"], wanted(bench, "rasa-staging")) == (200, "on", 1)
    assert admin.put("/environments/staging", {"state": "off"}).json["state"] == "off"
    assert wanted(bench, "rasa-staging") == 0
    assert tester.put("/environments/staging", {"state": "on"}).status == 403
    assert admin.put("/environments/nowhere", {"state": "on"}).status == 404
    assert admin.put("/environments/staging", {"state": "odd"}).status == 400


def test_a_message_wakes_what_sleeps_and_nothing_that_is_off(bench: Workbench, admin: Client) -> None:
    admin.put("/environments/production", {"state": "asleep"})
    assert wanted(bench, "rasa") == 0

    first, again = Client().post("/environments/production/wake"), Client().post("/environments/production/wake")

    assert (first.json["state"], again.json["state"], wanted(bench, "rasa")) == ("waking", "on", 1)
    admin.put("/environments/production", {"state": "off"})
    assert Client().post("/environments/production/wake").json["state"] == "off"
    assert wanted(bench, "rasa") == 0


def test_a_schedule_puts_to_sleep_and_wakes(bench: Workbench, admin: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    hours = {"wakes": "07:00", "sleeps": "20:00", "days": [1, 2, 3, 4, 5], "zone": "Europe/Berlin", "linger": 30}
    assert admin.put("/environments/production", {"schedule": hours}).json["schedule"] == hours
    at(monkeypatch, NIGHT)
    assert (environments.keep_hours(), wanted(bench, "rasa")) == (1, 0)
    assert environments.keep_hours() == 0
    Client().post("/environments/production/wake")
    assert (environments.keep_hours(), wanted(bench, "rasa")) == (0, 1)

    query("UPDATE environments SET woken_at = NULL")
    assert (environments.keep_hours(), wanted(bench, "rasa")) == (1, 0)
    at(monkeypatch, NOON)
    assert (environments.keep_hours(), wanted(bench, "rasa")) == (1, 1)
    assert admin.put("/environments/production", {"schedule": None}).json["schedule"] is None
    assert admin.put("/environments/production", {"schedule": {"zone": "Nowhere/Land"}}).status == 400


def test_what_people_switch_on_at_night_lingers(
    bench: Workbench, admin: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    admin.put("/environments/production", {"schedule": {}})
    at(monkeypatch, NIGHT)
    assert (environments.keep_hours(), wanted(bench, "rasa")) == (1, 0)

    admin.put("/environments/production", {"state": "on"})

    assert (environments.keep_hours(), wanted(bench, "rasa")) == (0, 1)


def test_one_environment_that_ecs_refuses_does_not_keep_the_others_awake(
    bench: Workbench, admin: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("canary", "staging"):
        admin.put(f"/environments/{name}", {"state": "on", "schedule": {"linger": 1}})
    query("UPDATE environments SET woken_at = NULL")
    want = serving.want
    monkeypatch.setattr(serving, "want", lambda name, n: refuses() if "canary" in name else want(name, n))
    at(monkeypatch, NIGHT)

    with pytest.raises(Unavailable, match="canary: ECS does not answer"):
        environments.keep_hours()

    assert (wanted(bench, "rasa-canary"), wanted(bench, "rasa-staging")) == (1, 0)


def test_what_was_switched_off_keeps_no_hours(bench: Workbench, admin: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    admin.put("/environments/production", {"state": "off", "schedule": {}})
    at(monkeypatch, NOON)

    assert (environments.keep_hours(), wanted(bench, "rasa")) == (0, 0)


def test_the_canary_gets_a_share_while_it_runs(bench: Workbench, admin: Client) -> None:
    assert admin.put("/environments/canary", {"share": 10}).json["reason"] == "CanaryOff"
    assert environments.canary_steps() is None

    assert admin.put("/environments/canary", {"state": "on", "share": 10}).json["share"] == 10
    admin.put("/environments/canary", {"share": 10})
    admin.put("/environments/canary", {"share": 30})

    url, steps = environments.canary_steps() or ("", ())
    assert (url, [percent for _, percent in steps]) == ("http://127.0.0.1:9006", [10, 30])
    assert steps[0][0] <= steps[1][0]
    assert admin.put("/environments/canary", {"state": "off"}).json["share"] == 0
    assert environments.canary_steps() is None
    assert admin.put("/environments/production", {"share": 10}).status == 400
    assert admin.put("/environments/canary", {"state": "on", "share": 101}).status == 400


def test_talking_wakes_what_sleeps(bench: Workbench, admin: Client) -> None:
    admin.put("/environments/production", {"state": "asleep"})

    first, second = (admin.post("/chat", {"message": "hello"}) for _ in range(2))

    assert (first.status, first.json["reason"], first.headers["Retry-After"]) == (503, "RasaNotReady", "5")
    assert "has been woken" in first.json["message"]
    assert "has been woken" not in second.json["message"]
    assert wanted(bench, "rasa") == 1


def test_another_environment_is_spoken_to_by_its_name(bench: Workbench, admin: Client) -> None:
    assert "switched off" in admin.post("/chat?environment=staging", {"message": "hello"}).json["message"]
    assert admin.post("/chat?environment=nowhere", {"message": "hello"}).json["reason"] == "EnvironmentNotFound"


def test_a_model_that_an_environment_serves_is_not_deleted(bench: Workbench, admin: Client) -> None:
    from tests.integration.models.test_model_server import MODELS, trained

    for name in ("first", "second"):
        trained(bench, name)
    admin.put(f"{MODELS}/second/tags/staging")

    assert admin.delete(f"{MODELS}/second").json["reason"] == "ModelInUse"
    admin.put(f"{MODELS}/first/tags/staging")
    assert admin.delete(f"{MODELS}/second").status == 204


def test_rasa_production_learns_of_the_canary_where_it_asks_for_models(bench: Workbench, admin: Client) -> None:
    from tests.integration.models.test_model_server import TAG, trained

    etag = trained(bench, "first")
    admin.put("/environments/canary", {"state": "on", "share": 25})

    reply = admin.get(TAG, headers={"If-None-Match": etag})

    assert reply.status == 204
    assert '"url":"http://127.0.0.1:9006"' in reply.headers["Parlance-Canary"]


def test_a_knock_at_the_load_balancer_wakes_production(bench: Workbench, admin: Client) -> None:
    from functions.sweep.app import handler

    admin.put("/environments/production", {"state": "asleep"})

    assert handler({"wake": "production"}, None)["state"] == "waking"
    assert wanted(bench, "rasa") == 1


def test_an_environment_shows_what_it_serves_and_what_it_refused_last(bench: Workbench, admin: Client) -> None:
    from tests.integration.models.test_model_server import trained
    from tests.integration.models.test_roll_out import report

    good, bad = trained(bench, "good"), trained(bench, "bad")
    report(good, "live", seconds=4.0)
    report(bad, "refused", error={"code": "KeyError", "message": "m"})

    production = admin.get("/environments").json["details"][0]

    assert (production["model"]["model"], production["model"]["seconds"]) == ("good", 4.0)
    assert (production["refused"]["model"], production["refused"]["error"]["code"]) == ("bad", "KeyError")
