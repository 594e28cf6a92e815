"""A deployment to an emulator that enforces IAM: what is allowed here is what the roles allow."""

import json
import os
import urllib.error
import urllib.request
from contextlib import closing

import boto3
import pg8000.native
import pytest

from infra.deploy import Deployment, deploy
from tests.support import emulator as emulators

RUN = os.environ.get("PYTEST_XDIST_WORKER", "main")
DATABASES = (f"deployed_{RUN}", f"deployed_{RUN}_tracker")


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
            answer = urllib.request.urlopen(request, timeout=120)
        except urllib.error.HTTPError as error:
            answer = error
        with answer:
            return answer.status, dict(answer.headers), answer.read()

    def depth(self, queue):
        names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
        told = self.client("sqs").get_queue_attributes(QueueUrl=self.outputs[queue], AttributeNames=names)["Attributes"]
        return sum(map(int, told.values()))


@pytest.fixture(scope="session")
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
        admin.run(f"CREATE DATABASE {DATABASES[0]}")  # the deployment makes the other
    arns = [secrets.create_secret(Name=n, SecretString=json.dumps(postgres.secret(n)))["ARN"] for n in DATABASES]
    fixed = {"FrontDoor": "false", "PublicUrl": "http://localhost:5002", "RasaCount": "0", "ActionsCount": "0"}
    broker = secrets.create_secret(Name="bridge", SecretString=json.dumps({"RABBITMQ_HOST": "nowhere"}))["ARN"]
    fixed |= {"Bridge": "rabbitmq", "BridgeSecret": broker, "BridgeCount": "0"}
    return {**fixed, "DatabaseSecret": arns[0], "TrackerDatabaseSecret": arns[1], "RasaUrl": "http://127.0.0.1:9"}


def ui(folder):
    """A built web UI."""
    (folder / "assets").mkdir(parents=True)
    (folder / "index.html").write_text("<!doctype html><title>Parlance</title>")
    (folder / "assets" / "app-1234.js").write_text("export {}")
    return folder


@pytest.fixture(scope="session")
def admin(cloud):
    """Headers of the first user."""
    secret = cloud.client("secretsmanager").get_secret_value(SecretId=cloud.outputs["FirstUserSecret"])["SecretString"]
    _status, _headers, body = cloud.call("POST", "/api/auth", secret.encode(), {"Content-Type": "application/json"})
    return {"Authorization": f"Bearer {json.loads(body)['access_token']}", "Content-Type": "application/json"}


def task_clients(cloud, role):
    """Clients with the credentials that a task, or a function, of this role gets."""
    (arn,) = (one["Arn"] for one in cloud.client("iam").list_roles()["Roles"] if role in one["RoleName"])
    given = cloud.client("sts").assume_role(RoleArn=arn, RoleSessionName="task")["Credentials"]
    keys = {"aws_access_key_id": given["AccessKeyId"], "aws_secret_access_key": given["SecretAccessKey"]}
    keys |= {"aws_session_token": given["SessionToken"], "region_name": "us-east-1", "endpoint_url": cloud.url}
    return lambda service: boto3.client(service, **keys)
