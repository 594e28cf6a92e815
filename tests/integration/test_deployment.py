"""The template deployed to an emulator that enforces IAM: what is allowed here is what the roles allow."""

import json
import os
import time
import urllib.error
import urllib.request
from contextlib import closing
from pathlib import Path

import boto3
import pg8000.native
import pytest

from infra.deploy import Deployment, deploy
from infra.package.failure import DeploymentError
from tests.support import emulator as emulators

DATABASES = ("deployed", "deployed_tracker")


class Cloud:
    """An emulator with the deployed stack, and the words of the deployment's progress."""

    def __init__(self, url, parameters, ui):
        self.url, self.ui, self.parameters, self.said = url, ui, parameters, []
        self.outputs = self.deploy()

    def deploy(self, **changes):
        self.parameters = {**self.parameters, **changes}
        deployment = Deployment(
            endpoint=self.url, parameters=self.parameters, ui=self.ui, build=self.ui.parent / "build"
        )
        self.outputs = deploy(deployment, lambda what, share: self.said.append((what, share)))
        return self.outputs

    def client(self, service):
        keys = {"aws_access_key_id": "test", "aws_secret_access_key": "test", "region_name": "us-east-1"}
        return boto3.client(service, endpoint_url=self.url, **keys)

    def call(self, method, path, body=None, headers=None):
        """Send a request through API Gateway; returns status, headers and body."""
        address = f"{self.url}/restapis/{self.outputs['RestApiId']}/{self.outputs['ApiStage']}/_user_request_{path}"
        request = urllib.request.Request(address, body, headers or {}, method=method)
        try:
            answer = urllib.request.urlopen(request, timeout=30)
        except urllib.error.HTTPError as error:
            answer = error
        with answer:
            return answer.status, dict(answer.headers), answer.read()

    def depth(self, queue):
        names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
        told = self.client("sqs").get_queue_attributes(QueueUrl=self.outputs[queue], AttributeNames=names)["Attributes"]
        return sum(map(int, told.values()))


@pytest.fixture(scope="module")
def cloud(tmp_path_factory, postgres):
    folder = tmp_path_factory.mktemp("deployment")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AUTH", "true")
        running = emulators.start(folder)
    try:
        yield Cloud(running["url"], parameters(running["url"], postgres), ui(folder / "ui"))
    finally:
        emulators.stop(running)


def parameters(url, postgres):
    """Make the databases and their secrets; returns what a deployment needs beside its packages."""
    keys = {"aws_access_key_id": "test", "aws_secret_access_key": "test", "region_name": "us-east-1"}
    secrets = boto3.client("secretsmanager", endpoint_url=url, **keys)
    server = {"host": "127.0.0.1", "port": postgres.port, "password": postgres.password}
    with closing(pg8000.native.Connection("postgres", database="postgres", **server)) as admin:
        for name in DATABASES:
            admin.run(f"CREATE DATABASE {name}")
    arns = [secrets.create_secret(Name=n, SecretString=json.dumps(postgres.secret(n)))["ARN"] for n in DATABASES]
    fixed = {"FrontDoor": "false", "PublicUrl": "http://localhost:5002", "RasaCount": "0", "ActionsCount": "0"}
    return {**fixed, "DatabaseSecret": arns[0], "TrackerDatabaseSecret": arns[1], "RasaUrl": "http://127.0.0.1:9"}


def ui(folder):
    """A built web UI."""
    (folder / "assets").mkdir(parents=True)
    (folder / "index.html").write_text("<!doctype html><title>Parlance</title>")
    (folder / "assets" / "app-1234.js").write_text("export {}")
    return folder


def until(check, seconds=20.0):
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


def test_a_turn_travels_from_the_topic_to_the_database(cloud, postgres):
    cloud.client("sns").publish(TopicArn=cloud.outputs["EventsTopic"], Message=turn("from-the-topic"))

    until(lambda: rows(postgres, "SELECT 1 FROM events WHERE sender_id = :sender", sender="from-the-topic"))
    until(lambda: cloud.depth("EventsQueue") == 0)


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


def test_the_rule_listens_to_stopped_jobs_of_this_cluster_only(cloud):
    rule = cloud.client("events").describe_rule(Name="parlance-task-stopped")
    (target,) = cloud.client("events").list_targets_by_rule(Rule="parlance-task-stopped")["Targets"]

    pattern = json.loads(rule["EventPattern"])
    assert pattern["detail"]["clusterArn"] == ["arn:aws:ecs:us-east-1:000000000000:cluster/parlance"]
    assert pattern["detail"]["startedBy"] == [{"prefix": "job-"}]
    assert target["Arn"].endswith(":parlance-jobs")


def test_the_sweep_runs_by_the_clock(cloud):
    rule = cloud.client("events").describe_rule(Name="parlance-sweep")
    (target,) = cloud.client("events").list_targets_by_rule(Rule="parlance-sweep")["Targets"]

    assert rule["ScheduleExpression"] == "rate(1 minute)"
    assert target["Arn"].endswith(":function:parlance-sweep")


def test_messaging_is_raw_bounded_and_ends_in_the_dead_letter_queue(cloud):
    sns, sqs = cloud.client("sns"), cloud.client("sqs")
    (subscription,) = sns.list_subscriptions_by_topic(TopicArn=cloud.outputs["EventsTopic"])["Subscriptions"]
    attributes = sns.get_subscription_attributes(SubscriptionArn=subscription["SubscriptionArn"])["Attributes"]
    queue = sqs.get_queue_attributes(QueueUrl=cloud.outputs["EventsQueue"], AttributeNames=["All"])["Attributes"]
    (mapping,) = cloud.client("lambda").list_event_source_mappings(FunctionName="parlance-events")[
        "EventSourceMappings"
    ]

    assert attributes["RawMessageDelivery"] == "true"
    assert json.loads(queue["RedrivePolicy"])["maxReceiveCount"] in {5, "5"}
    assert queue["MaximumMessageSize"] == "1048576"
    assert int(queue["VisibilityTimeout"]) >= 6 * 30
    assert mapping["FunctionResponseTypes"] == ["ReportBatchItemFailures"]


def test_storage_is_private_versioned_and_expires(cloud):
    s3, dynamodb = cloud.client("s3"), cloud.client("dynamodb")

    assert s3.get_bucket_versioning(Bucket=cloud.outputs["ModelsBucket"])["Status"] == "Enabled"
    for name in ("ModelsBucket", "DataBucket", "UiBucket"):
        blocked = s3.get_public_access_block(Bucket=cloud.outputs[name])["PublicAccessBlockConfiguration"]
        assert all(blocked.values())
    ttl = dynamodb.describe_time_to_live(TableName=cloud.outputs["LockTable"])["TimeToLiveDescription"]
    assert (ttl["AttributeName"], ttl["TimeToLiveStatus"]) == ("expires_at", "ENABLED")


def test_the_training_task_and_the_services_wait_in_the_cluster(cloud):
    ecs = cloud.client("ecs")
    names = [cloud.outputs["RasaService"], cloud.outputs["ActionsService"]]
    services = ecs.describe_services(cluster=cloud.outputs["Cluster"], services=names)["services"]
    train = ecs.describe_task_definition(taskDefinition=cloud.outputs["TrainTask"])["taskDefinition"]

    assert [service["desiredCount"] for service in services] == [0, 0]
    (container,) = train["containerDefinitions"]
    assert container["name"] == "rasa"
    assert container["command"] == ["python", "-m", "parlance_rasa.tasks.train"]


def test_the_web_ui_is_served_with_types_and_lifetimes(cloud):
    s3, bucket = cloud.client("s3"), cloud.outputs["UiBucket"]

    page, script = (s3.head_object(Bucket=bucket, Key=key) for key in ("index.html", "assets/app-1234.js"))

    assert (page["ContentType"], page["CacheControl"]) == ("text/html; charset=utf-8", "no-cache")
    assert script["ContentType"] == "text/javascript; charset=utf-8"
    assert "immutable" in script["CacheControl"]


def test_deploying_again_changes_nothing_and_is_quick(cloud):
    secret = cloud.client("secretsmanager").get_secret_value(SecretId=cloud.outputs["ServiceTokenSecret"])[
        "SecretString"
    ]
    before, start = cloud.outputs, time.perf_counter()

    after = cloud.deploy()

    assert after == before
    assert time.perf_counter() - start < 5
    again = cloud.client("secretsmanager").get_secret_value(SecretId=after["ServiceTokenSecret"])["SecretString"]
    assert again == secret


def test_a_changed_parameter_updates_the_nested_stacks_and_keeps_the_secrets(cloud):
    before = cloud.outputs
    secret = cloud.client("secretsmanager").get_secret_value(SecretId=before["RasaTokenSecret"])["SecretString"]

    after = cloud.deploy(LogRetentionDays="14", SweepRate="rate(5 minutes)")

    groups = cloud.client("logs").describe_log_groups(logGroupNamePrefix="/parlance/parlance/")["logGroups"]
    assert {int(group["retentionInDays"]) for group in groups} == {14}
    assert cloud.client("events").describe_rule(Name="parlance-sweep")["ScheduleExpression"] == "rate(5 minutes)"
    assert after == before
    assert cloud.client("secretsmanager").get_secret_value(SecretId=after["RasaTokenSecret"])["SecretString"] == secret
    assert cloud.call("GET", "/api/health")[0] == 200


def test_files_that_the_web_ui_no_longer_has_go(cloud):
    old = cloud.ui / "assets" / "app-1234.js"
    (cloud.ui / "assets" / "app-5678.js").write_text("export default 1")
    old.unlink()

    cloud.deploy()

    keys = {item["Key"] for item in cloud.client("s3").list_objects_v2(Bucket=cloud.outputs["UiBucket"])["Contents"]}
    assert keys == {"index.html", "assets/app-5678.js"}


def test_progress_tells_what_is_being_done(cloud):
    words = " ".join(what for what, _share in cloud.said)

    assert all(0 <= share <= 1 for _what, share in cloud.said)
    for word in ("package api", "upload", "stack", "migrations", "web UI"):
        assert word in words


def test_a_refused_deployment_says_why_in_one_sentence(cloud):
    with pytest.raises(DeploymentError, match="DatabaseSecret, or CreateDatabase=true"):
        Cloud(cloud.url, {"FrontDoor": "false"}, cloud.ui)
    with pytest.raises(DeploymentError, match=r"no index\.html"):
        Cloud(cloud.url, cloud.parameters, cloud.ui.parent / "nothing")


def test_nothing_of_the_deployment_speaks_to_another_cloud(cloud, monkeypatch):
    """The person's own profile and endpoint must not decide where a deployment to the emulator goes."""
    monkeypatch.setenv("AWS_PROFILE", "somebody-elses")
    monkeypatch.setenv("AWS_CONFIG_FILE", os.devnull)
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")

    assert cloud.deploy()["Cluster"] == "parlance"
    assert Path(cloud.ui).exists()
