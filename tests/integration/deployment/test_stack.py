"""What a deployment makes, and what it does the second time."""

import json
import os
import urllib.request

import pytest

from infra.package.failure import DeploymentError
from tests.integration.deployment.conftest import Cloud


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
    assert json.loads(queue["RedrivePolicy"])["maxReceiveCount"] in {1000, "1000"}
    assert queue["MaximumMessageSize"] == "1048576"
    assert int(queue["VisibilityTimeout"]) >= 6 * 30
    assert mapping["FunctionResponseTypes"] == ["ReportBatchItemFailures"]


def test_the_bridge_is_a_service_that_is_told_all_by_its_secret(cloud):
    ecs = cloud.client("ecs")
    (service,) = ecs.describe_services(cluster=cloud.outputs["Cluster"], services=["parlance-bridge"])["services"]
    task = ecs.describe_task_definition(taskDefinition=service["taskDefinition"])["taskDefinition"]
    (container,) = task["containerDefinitions"]

    assert service["desiredCount"] == 0
    assert container["command"] == ["python", "-m", "parlance_bridge.rabbitmq"]
    assert len(container["secrets"]) == 1  # the emulator forgets their names in this answer
    assert {"name": "EVENTS_QUEUE", "value": cloud.outputs["EventsQueue"]} in container["environment"]


def test_storage_is_private_versioned_and_expires(cloud):
    s3, dynamodb = cloud.client("s3"), cloud.client("dynamodb")

    assert s3.get_bucket_versioning(Bucket=cloud.outputs["ModelsBucket"])["Status"] == "Enabled"
    for name in ("ModelsBucket", "DataBucket", "UiBucket"):
        blocked = s3.get_public_access_block(Bucket=cloud.outputs[name])["PublicAccessBlockConfiguration"]
        assert all(blocked.values())
    ttl = dynamodb.describe_time_to_live(TableName=cloud.outputs["LockTable"])["TimeToLiveDescription"]
    assert (ttl["AttributeName"], ttl["TimeToLiveStatus"]) == ("expires_at", "ENABLED")


def test_a_page_may_read_what_it_has_a_signed_address_of(cloud):
    s3, bucket = cloud.client("s3"), cloud.outputs["DataBucket"]
    s3.put_object(Bucket=bucket, Key="exports/answer", Body=b"[1]")
    address = s3.generate_presigned_url("get_object", Params={"Bucket": bucket, "Key": "exports/answer"})

    (rule,) = s3.get_bucket_cors(Bucket=bucket)["CORSRules"]
    asked = urllib.request.Request(address, headers={"Origin": "https://parlance.example"})
    with urllib.request.urlopen(asked) as reply:
        allowed = reply.headers["Access-Control-Allow-Origin"]  # the emulator says so of every bucket

    assert (rule["AllowedMethods"], rule["AllowedOrigins"], allowed) == (["GET"], ["*"], "*")


def test_the_training_task_and_the_services_wait_in_the_cluster(cloud):
    ecs = cloud.client("ecs")
    names = [cloud.outputs["RasaService"], cloud.outputs["ActionsService"]]
    services = ecs.describe_services(cluster=cloud.outputs["Cluster"], services=names)["services"]
    train = ecs.describe_task_definition(taskDefinition=cloud.outputs["TrainTask"])["taskDefinition"]

    assert [service["desiredCount"] for service in services] == [0, 0]
    (container,) = train["containerDefinitions"]
    assert container["name"] == "rasa"
    assert container["command"] == ["python", "-m", "parlance_rasa.tasks.train"]


def test_the_git_task_has_its_own_program_and_secrets(cloud):
    git = cloud.client("ecs").describe_task_definition(taskDefinition="parlance-git")["taskDefinition"]

    (container,) = git["containerDefinitions"]
    named = {pair["name"]: pair["value"] for pair in container["environment"]}
    assert container["command"] == ["python", "-m", "functions.git.task"]
    assert git["taskRoleArn"]
    for name in ("DATABASE_SECRET", "GIT_SECRET"):
        assert cloud.client("secretsmanager").get_secret_value(SecretId=named[name])["SecretString"]


def test_the_web_ui_is_served_with_types_and_lifetimes(cloud):
    s3, bucket = cloud.client("s3"), cloud.outputs["UiBucket"]

    page, script = (s3.head_object(Bucket=bucket, Key=key) for key in ("index.html", "assets/app-1234.js"))

    assert (page["ContentType"], page["CacheControl"]) == ("text/html; charset=utf-8", "no-cache")
    assert script["ContentType"] == "text/javascript; charset=utf-8"
    assert "immutable" in script["CacheControl"]


def test_deploying_again_changes_nothing(cloud):
    def state():
        secrets, stacks = cloud.client("secretsmanager"), cloud.client("cloudformation")
        token = secrets.get_secret_value(SecretId=cloud.outputs["ServiceTokenSecret"])["SecretString"]
        return token, cloud.outputs, len(stacks.describe_stack_events(StackName="parlance")["StackEvents"])

    cloud.deploy()
    before = state()
    cloud.deploy()

    assert state() == before


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
