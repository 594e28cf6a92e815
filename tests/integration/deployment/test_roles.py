"""What the roles of tasks and functions let their bearers do, and what not: asked of an emulator that enforces IAM."""

import json

import pytest
from botocore.exceptions import ClientError

from tests.integration.deployment.conftest import task_clients

UNKNOWN = {"v": 1, "kind": "job", "job_id": "nobody", "at": 0, "seq": 1, "state": "running"}


def test_the_jobs_function_removes_texts_and_nothing_else(cloud):
    mine = task_clients(cloud, "JobsRole")("s3")
    data, models = cloud.outputs["DataBucket"], cloud.outputs["ModelsBucket"]

    mine.put_object(Bucket=data, Key="texts/role/stories.json", Body=b"[]")
    mine.delete_object(Bucket=data, Key="texts/role/stories.json")
    for bucket, key in ((models, "models/role.tar.gz"), (data, "projects/role.zip"), (data, "reports/role.json")):
        with pytest.raises(ClientError, match=r"(?i)denied|not authorized"):
            mine.delete_object(Bucket=bucket, Key=key)


def test_the_sweeper_removes_files_without_a_model_and_their_notes(cloud):
    mine, models = task_clients(cloud, "SweepRole")("s3"), cloud.outputs["ModelsBucket"]

    for key in ("models/role-swept.tar.gz", "unowned/role-swept"):
        cloud.client("s3").put_object(Bucket=models, Key=key, Body=b"")
        assert key in [each["Key"] for each in mine.list_objects_v2(Bucket=models)["Contents"]]
        mine.delete_object(Bucket=models, Key=key)
    with pytest.raises(ClientError, match=r"(?i)denied|not authorized"):
        mine.delete_object(Bucket=models, Key="uploads/role.tar.gz")


def test_a_training_reads_projects_and_writes_models_and_may_do_nothing_else(cloud):
    mine = task_clients(cloud, "TrainRole")
    data, models, queue = (cloud.outputs[name] for name in ("DataBucket", "ModelsBucket", "JobsQueue"))
    cloud.client("s3").put_object(Bucket=data, Key="projects/role.zip", Body=b"p")
    cloud.client("s3").put_object(Bucket=data, Key="claims/role", Body=b"c")
    cloud.client("s3").put_object(Bucket=data, Key="texts/role/texts.json", Body=b"t")

    assert mine("s3").get_object(Bucket=data, Key="projects/role.zip")["Body"].read() == b"p"
    mine("s3").put_object(Bucket=models, Key="models/role.tar.gz", Body=b"m")
    mine("sqs").send_message(QueueUrl=queue, MessageBody=json.dumps(UNKNOWN))
    refused(
        mine,
        ("s3", "put_object", {"Bucket": data, "Key": "projects/role.zip", "Body": b"x"}),
        ("s3", "put_object", {"Bucket": data, "Key": "reports/role/report.json", "Body": b"x"}),
        ("s3", "get_object", {"Bucket": data, "Key": "claims/role"}),
        ("s3", "get_object", {"Bucket": data, "Key": "texts/role/texts.json"}),
        ("s3", "delete_object", {"Bucket": models, "Key": "models/role.tar.gz"}),
        ("s3", "list_objects_v2", {"Bucket": models}),
        ("sqs", "receive_message", {"QueueUrl": queue}),
        ("secretsmanager", "get_secret_value", {"SecretId": cloud.parameters["DatabaseSecret"]}),
        ("ecs", "list_tasks", {"cluster": "parlance"}),
        ("dynamodb", "list_tables", {}),
        ("lambda", "invoke", {"FunctionName": "parlance-migrate"}),
    )


def test_what_tests_a_model_or_asks_one_writes_no_model(cloud):
    mine = task_clients(cloud, "ExamineRole")
    data, models, queue = (cloud.outputs[name] for name in ("DataBucket", "ModelsBucket", "JobsQueue"))
    for bucket, key in ((data, "projects/seen.zip"), (data, "texts/seen/texts.json"), (models, "models/seen.tar.gz")):
        cloud.client("s3").put_object(Bucket=bucket, Key=key, Body=b"s")
        assert mine("s3").get_object(Bucket=bucket, Key=key)["Body"].read() == b"s"

    mine("s3").put_object(Bucket=data, Key="reports/seen/report.json", Body=b"r")
    mine("s3").put_object(Bucket=data, Key="texts/seen/report.json", Body=b"r")
    mine("sqs").send_message(QueueUrl=queue, MessageBody=json.dumps(UNKNOWN))
    refused(
        mine,
        ("s3", "put_object", {"Bucket": models, "Key": "models/seen.tar.gz", "Body": b"x"}),
        ("s3", "put_object", {"Bucket": models, "Key": "cache/train.tar", "Body": b"x"}),
        ("s3", "get_object", {"Bucket": models, "Key": "cache/train.tar"}),
        ("s3", "delete_object", {"Bucket": data, "Key": "texts/seen/texts.json"}),
        ("s3", "list_objects_v2", {"Bucket": data}),
        ("secretsmanager", "get_secret_value", {"SecretId": cloud.parameters["DatabaseSecret"]}),
        ("ecs", "list_tasks", {"cluster": "parlance"}),
    )


def refused(clients, *calls):
    """Make calls that IAM has to refuse, each by service, name and values."""
    for service, call, values in calls:
        with pytest.raises(ClientError) as refusal:
            getattr(clients(service), call)(**values)
        assert refusal.value.response["ResponseMetadata"]["HTTPStatusCode"] in {400, 403}, (service, call)
        assert "denied" in str(refusal.value).lower() or "not authorized" in str(refusal.value).lower()
