"""Deploys the system: packages, upload, `template.yaml` as CloudFormation, migrations, web UI.

One code path for AWS and for the emulator at home; only the endpoint and the parameters differ:

    outputs = deploy(Deployment(endpoint="http://127.0.0.1:4566", parameters={...}), progress)

`progress(what, share)` is called often; `share` is that of the whole, from 0 to 1. Whatever goes wrong is a
PackageError or a DeploymentError of one sentence. Deploying again changes what has changed; with nothing changed
it takes a third of a second.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from infra.deploy_stack import apply_stack
from infra.deploy_upload import ensure_bucket, upload_artifacts, upload_ui
from infra.package.build import build_all
from infra.package.contents import ROOT
from infra.package.failure import DeploymentError
from infra.package.target import aws, here

if TYPE_CHECKING:
    from collections.abc import Callable

    from infra.package.build import Build

    Progress = Callable[[str, float], None]

BUILD = ROOT / "build" / "artifacts"
UI = ROOT / "functions" / "ui" / "dist"
NOBODY = {"profile": (None, None, None, None), "config_file": (None, None, os.devnull, None)}


class Deployment(msgspec.Struct, frozen=True, kw_only=True):
    """Where to, and with which parameters of `template.yaml` (without those that name packages)."""

    parameters: dict[str, str]
    stack: str = "parlance"
    endpoint: str = ""
    """The emulator's address; empty for AWS."""
    region: str = "us-east-1"
    bucket: str = ""
    """Bucket of the packages; empty for `<stack>-artifacts-<account>-<region>`. Made when it is missing."""
    prefix: str = "parlance"
    build: Path = BUILD
    ui: Path = UI


def deploy(deployment: Deployment, progress: Progress) -> dict[str, str]:
    """Bring the stack to this state, run the migrations, put the web UI in place; return the stack's outputs."""
    session = Session(deployment)
    target = here() if deployment.endpoint else aws(deployment.build)
    build = build_all(target, deployment.build / target.name, part(progress, 0.0, 0.4))
    place = upload(session, deployment, build, part(progress, 0.4, 0.5))
    template = f"https://s3.{deployment.region}.amazonaws.com/{'/'.join(place.values())}/{build.template}"
    wanted = {**deployment.parameters, **build.parameters, **place, **live_address(deployment.endpoint)}
    stack = session.client("cloudformation"), deployment.stack, template
    outputs = apply_stack(stack, wanted, part(progress, 0.5, 0.8))
    if deployment.endpoint:
        let_items_expire(session.client("dynamodb"), outputs["LockTable"], outputs["LiveTable"])
    migrate(session.client("lambda"), outputs["MigrateFunction"], part(progress, 0.8, 0.95))
    upload_ui(session.client("s3"), outputs["UiBucket"], deployment.ui, part(progress, 0.95, 1.0))
    return outputs


def live_address(endpoint: str) -> dict[str, str]:
    """Return where the emulator has WebSocket APIs; AWS knows it by itself."""
    return {"LiveAddress": f"{endpoint}/_aws/execute-api"} if endpoint else {}


def part(progress: Progress, start: float, end: float) -> Progress:
    """Return a progress whose 0 to 1 is this part of the whole."""
    return lambda what, share: progress(what, start + share * (end - start))


def upload(session: Session, deployment: Deployment, build: Build, progress: Progress) -> dict[str, str]:
    """Put the packages into their bucket; return the parameters that say where they are."""
    bucket = deployment.bucket or session.default_bucket()
    ensure_bucket(session.client("s3"), bucket, deployment.region)
    upload_artifacts(session.client("s3"), (bucket, deployment.prefix), build.artifacts, progress)
    return {"ArtifactsBucket": bucket, "ArtifactsPrefix": deployment.prefix}


class Session:
    """AWS clients of one deployment; on the emulator with the emulator's own credentials, never the user's."""

    def __init__(self, deployment: Deployment) -> None:
        import boto3
        import botocore.session

        if deployment.endpoint:
            nobody = botocore.session.Session(session_vars=NOBODY)
            keys = {"aws_access_key_id": "test", "aws_secret_access_key": "test"}
            self._session = boto3.Session(botocore_session=nobody, region_name=deployment.region, **keys)
        else:
            self._session = boto3.Session(region_name=deployment.region)
        self._deployment = deployment

    def client(self, service: str) -> Any:
        """Return a client; a migration may take minutes, so reads are patient."""
        from botocore.config import Config

        direct: dict[str, Any] = {"proxies": {}} if self._deployment.endpoint else {}
        config = Config(connect_timeout=5, read_timeout=320, s3={"addressing_style": "path"}, **direct)
        return self._session.client(service, endpoint_url=self._deployment.endpoint or None, config=config)

    def default_bucket(self) -> str:
        """Return the packages' bucket; it carries the account, because the whole world shares bucket names."""
        account = self.client("sts").get_caller_identity()["Account"]
        return f"{self._deployment.stack}-artifacts-{account}-{self._deployment.region}"


def let_items_expire(client: Any, *tables: str) -> None:
    """Switch on the tables' TTL as the template says: the emulator's CloudFormation leaves it out."""
    for table in tables:
        told = client.describe_time_to_live(TableName=table)["TimeToLiveDescription"]
        if told["TimeToLiveStatus"] != "ENABLED":
            wanted = {"AttributeName": "expires_at", "Enabled": True}
            client.update_time_to_live(TableName=table, TimeToLiveSpecification=wanted)


def migrate(client: Any, function: str, progress: Progress) -> None:
    """Run the migrations; raises DeploymentError with the function's own words."""
    progress("migrations", 0.0)
    answer = client.invoke(FunctionName=function, Payload=b"{}")
    if answer.get("FunctionError"):
        raise DeploymentError(f"The migrations failed: {reason(answer['Payload'].read())}")
    progress("migrations", 1.0)


def reason(payload: bytes) -> str:
    """Return the message of a function that raised."""
    try:
        error = msgspec.json.decode(payload, type=dict[str, Any])
    except msgspec.DecodeError:
        return payload.decode(errors="replace")[:300]
    return f"{error.get('errorType', 'Error')}: {error.get('errorMessage', '')}"[:500]
