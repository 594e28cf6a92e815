"""What travels through a deployed stack: requests, turns, the ends of tasks, uploads."""

import asyncio
import io
import json
import time
import urllib.request
import zipfile
from contextlib import closing

import aiohttp
import pg8000.native
import pytest

from infra.package.contents import ROOT
from parlance_client import Client, Refused
from tests.integration.deployment.conftest import DATABASES
from tests.integration.models.conftest import model_file
from tests.support import events

EXAMPLE = ROOT / "examples" / "concierge"


def until(check, seconds=180.0):
    """Wait until `check` is true; fails with what it said last."""
    end = time.monotonic() + seconds
    while not (found := check()) and time.monotonic() < end:
        time.sleep(0.1)
    assert found
    return found


def turn(sender):
    event = {"event": "action", "timestamp": 1795342492.3, "name": "utter_greet", "policy": None, "confidence": 1.0}
    head = {"v": 1, "kind": "turn", "environment": "production", "sender_id": sender, "turn": 1795342492290}
    return json.dumps({**head, "prev_turn": None, "overlap": False, "events": [event]})


def rows(postgres, sql, **values):
    with closing(pg8000.native.Connection(**connection(postgres))) as database:
        return database.run(sql, **values)


def connection(postgres):
    place = postgres.secret(DATABASES[0])
    return {
        "user": place["username"],
        "database": place["dbname"],
        **{k: place[k] for k in ("host", "port", "password")},
    }


def test_the_api_answers_through_api_gateway_and_knows_its_queues(cloud):
    status, headers, body = cloud.call("GET", "/api/health")

    assert status == 200
    assert headers["Content-Type"].startswith("application/json")
    health = json.loads(body)
    assert health["database_migration"]["status"] == "completed"
    assert "failed" not in json.dumps(health["events"])


def test_the_api_describes_itself_through_api_gateway(cloud):
    status, headers, body = cloud.call("GET", "/api/docs")
    document = json.loads(cloud.call("GET", "/api/openapi.json")[2])

    assert (status, headers["Content-Type"]) == (200, "text/html; charset=utf-8")
    assert "style-src 'sha256-" in headers["Content-Security-Policy"]
    assert b"/api/conversations" in body
    assert document["openapi"] == "3.1.0"


@pytest.mark.parametrize("method", ["GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE"])
def test_every_method_reaches_the_function(cloud, method):
    status, headers, _body = cloud.call(method, "/api/no/such/path")

    assert status == 404
    assert headers["X-Content-Type-Options"] == "nosniff"  # the function's header, not the gateway's


def test_the_first_user_logs_in_with_the_generated_password(cloud):
    secret = cloud.client("secretsmanager").get_secret_value(SecretId=cloud.outputs["FirstUserSecret"])["SecretString"]
    login = json.loads(secret)
    assert login["username"] == "admin"
    assert len(login["password"]) == 24
    assert login["password"].isalnum()

    status, _headers, body = cloud.call("POST", "/api/auth", secret.encode(), {"Content-Type": "application/json"})

    assert status == 200, body
    assert json.loads(body)["access_token"]


def example_project():
    """The example assistant as a zip."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for path in sorted(EXAMPLE.rglob("*.yml")):
            archive.write(path, path.relative_to(EXAMPLE))
    return packed.getvalue()


def test_a_project_is_uploaded_trained_and_stopped(cloud, admin):
    """Binary bodies pass the gateway unharmed; the API may start, find and stop tasks."""
    status, _headers, body = cloud.call(
        "POST", "/api/projects/default/files", example_project(), {**admin, "Content-Type": "application/zip"}
    )
    assert status == 200, body

    status, _headers, body = cloud.call("POST", "/api/projects/default/models/jobs", b"{}", admin)
    job = json.loads(body)
    tasks = cloud.client("ecs").list_tasks(cluster=cloud.outputs["Cluster"])["taskArns"]
    stopped, _headers, answer = cloud.call("POST", f"/api/jobs/{job['id']}/cancel", b"{}", admin)

    assert (status, job["error"]) == (202, None)
    assert len(tasks) == 1
    assert (stopped, json.loads(answer)["error"]) == (200, None)


def test_a_repository_is_connected_and_its_task_started(cloud, admin):
    """The API may write git's secret and start git's task; the task is not run here."""
    base = "/api/projects/default/git_repositories"
    status, _headers, body = cloud.call("GET", f"{base}/public_ssh_key", None, admin)
    assert status == 200, body
    connection = {"repository_url": "git@git.example:bot.git", "use_generated_ssh_keys": True}

    status, _headers, body = cloud.call("POST", base, json.dumps(connection).encode(), admin)
    job = json.loads(body)
    cancelled, _headers, _body = cloud.call("POST", f"/api/jobs/{job['id']}/cancel", b"{}", admin)
    gone, _headers, _body = cloud.call("DELETE", f"{base}/{job['repository']['id']}", None, admin)

    assert (status, job["kind"], job["state"], job["error"]) == (202, "git", "running", None)
    assert (cancelled, gone) == (200, 204)


def test_a_model_can_be_put_where_the_api_says(cloud, admin):
    status, _headers, body = cloud.call("POST", "/api/projects/default/models/uploads", b'{"size": 5}', admin)
    assert status == 201, body

    request = urllib.request.Request(json.loads(body)["url"], b"model", method="PUT")
    request.add_unredirected_header("Content-Type", "")

    assert urllib.request.urlopen(request, timeout=120).status == 200


def test_the_client_works_on_a_deployed_stack(cloud):
    """Through API Gateway, with storage's own addresses for files, under the roles' permissions."""
    secret = cloud.client("secretsmanager").get_secret_value(SecretId=cloud.outputs["FirstUserSecret"])["SecretString"]
    stage = f"{cloud.url}/restapis/{cloud.outputs['RestApiId']}/{cloud.outputs['ApiStage']}/_user_request_"
    client, model = Client.log_in(stage, **json.loads(secret)), model_file()

    made = client.models.upload("from-elsewhere", io.BytesIO(model), len(model))
    known = client.project.read()
    kept = client.project.replace(known.project.files, etag=known.etag)

    assert client.accounts.me().roles == ("admin",)
    assert b"".join(client.models.download(made.model)) == model
    assert kept.files == known.project.files
    with pytest.raises(Refused, match="no such model"):
        client.models.tag("nothing", "production")


def test_the_sweep_may_do_its_work(cloud):
    answer = cloud.client("lambda").invoke(FunctionName=cloud.outputs["SweepFunction"], Payload=b"{}")

    assert "FunctionError" not in answer, answer["Payload"].read()


def test_a_turn_travels_from_the_topic_to_the_database(cloud, postgres):
    cloud.client("sns").publish(TopicArn=cloud.outputs["EventsTopic"], Message=turn("from-the-topic"))

    until(lambda: rows(postgres, "SELECT 1 FROM events WHERE sender_id = :sender", sender="from-the-topic"))
    until(lambda: cloud.depth("EventsQueue") == 0)


def test_a_refused_turn_is_seen_and_sent_again(cloud, postgres, admin):
    """The roles allow it: the API may publish to the events topic."""
    refused = json.dumps({"event": "user", "sender_id": "refused-once"})
    cloud.client("sns").publish(TopicArn=cloud.outputs["EventsTopic"], Message=refused)
    until(lambda: json.loads(cloud.call("GET", "/api/deadLetters", headers=admin)[2]))

    status, _headers, body = cloud.call("POST", "/api/deadLetters/redrive", b"{}", admin)

    assert status == 200, body
    assert json.loads(body)["sent"] == 1
    until(lambda: json.loads(cloud.call("GET", "/api/deadLetters", headers=admin)[2]))


def test_a_lock_is_seen_and_let_go_of(cloud, admin):
    table, name = cloud.outputs["LockTable"], "node-a.12.0a1b2c.1.1a0b2c3d4e5"
    numbers = {f"t_{name}": 7, "seq": 8, "n": 1}
    item = {"pk": {"S": "held-too-long"}, **{key: {"N": str(value)} for key, value in numbers.items()}}
    cloud.client("dynamodb").put_item(TableName=table, Item=item)

    listed = json.loads(cloud.call("GET", "/api/locks", headers=admin)[2])
    status, _headers, body = cloud.call("DELETE", "/api/locks/held-too-long/7", headers=admin)

    assert [lock["sender_id"] for lock in listed] == ["held-too-long"]
    assert status == 204, body
    assert cloud.call("GET", "/api/locks/held-too-long", headers=admin)[0] == 404


def test_the_end_of_a_task_reaches_the_jobs_function(cloud):
    logs = cloud.client("logs")

    cloud.client("sqs").send_message(QueueUrl=cloud.outputs["JobsQueue"], MessageBody=json.dumps(task_end()))

    until(lambda: cloud.depth("JobsQueue") == 0)
    until(lambda: logs.filter_log_events(logGroupName="/aws/lambda/parlance-jobs")["events"])


def task_end():
    detail = {
        "taskArn": "arn:aws:ecs:us-east-1:000000000000:task/parlance/1",
        "lastStatus": "STOPPED",
        "containers": [],
    }
    return {"source": "aws.ecs", "detail-type": "ECS Task State Change", "detail": {**detail, "startedBy": "job-none"}}


def test_an_open_screen_is_told_of_new_events_through_the_websocket(cloud, admin):
    frames = asyncio.run(watched(cloud, admin["Authorization"]))

    assert [frame["name"] for frame in frames[:2]] == ["connected", "message_sent"]
    (told,) = frames[1]["data"]["conversations"]
    assert (told["sender_id"], told["n_user_messages"]) == ("seen-live", 1)


async def watched(cloud, authorization):
    """Connect, say who it is, let something be said, and return what came."""
    url = f"{cloud.url.replace('http', 'ws', 1)}/_aws/execute-api/{cloud.outputs['LiveApiId']}/live"
    body = json.loads(events.greeting("seen-live", events.NOON)["body"])
    async with aiohttp.ClientSession() as session, session.ws_connect(url) as screen:
        await screen.send_json({"Authorization": authorization})
        frames = [await screen.receive_json(timeout=120)]
        topic = cloud.outputs["EventsTopic"]
        await asyncio.to_thread(cloud.client("sns").publish, TopicArn=topic, Message=json.dumps(body))
        while frames[-1]["name"] != "message_sent":
            frames.append(await screen.receive_json(timeout=120))
    return frames


def test_an_environment_is_switched_with_the_functions_own_permissions(cloud, admin):
    service = {"cluster": cloud.outputs["Cluster"], "services": [f"{cloud.outputs['Cluster']}-rasa-staging"]}

    def switch(state):
        body = json.dumps({"state": state}).encode()
        status, _headers, answer = cloud.call("PUT", "/api/environments/staging", body, admin)
        (found,) = cloud.client("ecs").describe_services(**service)["services"]
        return status, json.loads(answer)["state"], found["desiredCount"]

    assert switch("on") == (200, "on", 1)
    assert switch("asleep") == (200, "asleep", 0)
    status, _headers, answer = cloud.call("POST", "/api/environments/staging/wake", b"", admin)
    assert (status, json.loads(answer)["state"]) == (200, "waking")
    assert switch("off") == (200, "off", 0)
