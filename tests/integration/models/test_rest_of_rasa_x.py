"""Calls of Rasa X that few scripts made: a new project, feature flags, all logs, the environments as one text."""

from __future__ import annotations

import io
import time
import urllib.request
import zipfile
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import pytest

from parlance.adapters import aws
from parlance.adapters.sql import query
from parlance.domain.new_project import FILES
from parlance.services import gate
from tests.integration.models.test_environments import bench, wanted

if TYPE_CHECKING:
    from tests.integration.models.conftest import Workbench
    from tests.support.api import Client

__all__ = ["bench"]


def test_a_project_is_begun_once_and_can_be_trained(workbench: Workbench, admin: Client) -> None:
    made = admin.post("/projects/default")

    assert (made.status, made.json["name"], made.json["files"]) == (201, "default", sorted(FILES))
    files = admin.get("/projects/default/files").json
    assert (files["files"], files["problems"]) == (FILES, [])
    assert admin.get("/domainWarnings").total == 0
    assert admin.post("/projects/default/models/jobs").status == 202
    assert admin.post("/projects/default").json["reason"] == "ProjectExists"


def test_there_is_one_project(workbench: Workbench, admin: Client) -> None:
    assert admin.post("/projects/other").status == 422


def test_features_are_on_and_stay_so(installation: object, admin: Client) -> None:
    assert admin.post("/features", {"name": "e2e", "enabled": True}).json == {"name": "e2e", "enabled": True}
    assert admin.post("/features", {"name": "e2e", "enabled": False}).json["reason"] == "AlwaysOn"
    assert admin.get("/features").json == []


def test_all_logs_come_as_a_zip(workbench: Workbench, admin: Client) -> None:
    write(f"/aws/lambda/{workbench.name}-api", "hello from the API", "and again")
    write(f"/parlance/{workbench.name}/rasa", "Rasa server is up and running.")

    answer = admin.get("/logs")

    assert answer.status == 302
    with urllib.request.urlopen(answer.headers["Location"]) as response:
        files = zipfile.ZipFile(io.BytesIO(response.read()))
    assert [line[21:] for line in files.read("logs/api.log").decode().splitlines()] == [
        "hello from the API",
        "and again",
    ]
    assert b"up and running" in files.read("logs/rasa.log")
    assert (files.read("logs/worker.log"), files.read("logs/bridge.log")) == (b"", b"")
    assert admin.get("/logs?hours=0").status == 400


def write(group: str, *lines: str) -> None:
    logs, now = aws.client("logs"), int(time.time() * 1000)
    logs.create_log_group(logGroupName=group)
    logs.create_log_stream(logGroupName=group, logStreamName="one")
    events = [{"timestamp": now + number, "message": line} for number, line in enumerate(lines)]
    logs.put_log_events(logGroupName=group, logStreamName="one", logEvents=events)


def test_the_environments_text_switches_on_what_it_lists_and_off_what_it_leaves_out(
    bench: Workbench, admin: Client
) -> None:
    admin.put("/environments/staging", {"state": "on"})
    admin.put("/environments/canary", {"state": "on"})
    text = admin.get("/environments").json["environments"]
    shorter = text[: text.index("  staging:")]

    saved = admin.put("/environments", {"environments": shorter})

    assert saved.status == 200
    assert states(saved.json) == {"production": "on", "canary": "on", "staging": "off", "worker": "on"}
    assert (wanted(bench, "rasa-canary"), wanted(bench, "rasa-staging")) == (1, 0)
    assert states(admin.put("/environments", {"environments": text}).json)["staging"] == "on"


def test_the_environments_text_saved_as_it_is_changes_nothing(bench: Workbench, admin: Client) -> None:
    for name, state in (("canary", "on"), ("production", "asleep"), ("production", "off")):
        admin.put(f"/environments/{name}", {"state": state})
        shown = admin.get("/environments").json

        saved = admin.put("/environments", {"environments": shown["environments"]})

        assert (saved.status, saved.json) == (200, shown)
    with_staging = shown["environments"].replace("# off:\n", "").replace("\n# ", "\n")
    assert states(admin.put("/environments", {"environments": with_staging}).json)["staging"] == "on"


@pytest.mark.parametrize(
    ("text", "status", "said"),
    [
        ("rasa:\n  production: {url: http://127.0.0.1:9}\n  mine: {url: http://elsewhere}\n", 422, "mine"),
        ("rasa:\n  production: {url: http://elsewhere}\n", 422, "production at http://127.0.0.1:9"),
        ("rasa:\n  worker: {url: http://worker}\n", 422, "left out"),
        ("rasa: [1]\n", 400, "environments"),
        ("a: [", 400, "line 1"),
    ],
)
def test_a_text_that_names_other_servers_is_refused(
    bench: Workbench, admin: Client, text: str, status: int, said: str
) -> None:
    refused = admin.put("/environments", {"environments": text})

    assert (refused.status, said in refused.json["message"]) == (status, True)
    assert wanted(bench, "rasa") == 1


def test_the_second_writer_of_an_environment_is_told(bench: Workbench, admin: Client) -> None:
    read = admin.get("/environments")
    (staging,) = [one for one in read.json["details"] if one["name"] == "staging"]
    assert admin.put("/environments/staging", {"state": "on", "etag": staging["etag"]}).status == 200

    assert admin.put("/environments/staging", {"state": "off", "etag": staging["etag"]}).status == 412
    text = {"environments": read.json["environments"]}
    assert admin.put("/environments", text, headers={"If-Match": read.headers["ETag"]}).status == 412


def test_a_tag_moves_only_from_the_model_that_was_seen(imported: Workbench, admin: Client) -> None:
    for name in ("one", "two", "three"):
        imported.train(name)
    seen = admin.get("/projects/default/models/tags/production").headers["ETag"]

    first = admin.put("/projects/default/models/two/tags/production", headers={"If-Match": seen})
    second = admin.put("/projects/default/models/three/tags/production", headers={"If-Match": seen})

    assert (first.status, second.status) == (204, 412)
    assert admin.get("/projects/default/models?tag=production").json[0]["model"] == "two"


def test_a_tag_does_not_move_between_the_look_at_it_and_the_change(
    imported: Workbench, admin: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("one", "two"):
        imported.train(name)
    seen = admin.get("/projects/default/models/tags/production").headers["ETag"]
    free: list[bool] = []

    def checked(name: str) -> None:  # runs after the look at the tag, before it is moved
        with ThreadPoolExecutor(1) as other:  # with a connection of its own
            sql = "SELECT pg_try_advisory_xact_lock(hashtext('tag production')) AS free"
            free.append(other.submit(query, sql).result()[0]["free"])

    monkeypatch.setattr(gate, "check", checked)

    assert admin.put("/projects/default/models/two/tags/production", headers={"If-Match": seen}).status == 204
    assert free == [False]


def states(shown: dict[str, Any]) -> dict[str, str]:
    return {one["name"]: one["state"] for one in shown["details"]}
