"""The AWS emulator: its settings, its readiness, and clients for it that can never reach a real AWS account."""

from __future__ import annotations

import http.client
import os
import urllib.request
from functools import cache
from typing import TYPE_CHECKING, Any

from infra.local.folder import folder_of
from infra.local.settings import REGION

if TYPE_CHECKING:
    from infra.local.settings import Settings

CREDENTIALS = {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test"}
NOBODY = {"AWS_CONFIG_FILE": os.devnull, "AWS_SHARED_CREDENTIALS_FILE": os.devnull, "AWS_EC2_METADATA_DISABLED": "true"}
LOOPBACK = "127.0.0.1,localhost"


def aws_env(settings: Settings) -> dict[str, str]:
    """Return what any AWS SDK needs to talk to the emulator, and nothing but the emulator."""
    region = {"AWS_REGION": REGION, "AWS_DEFAULT_REGION": REGION}
    direct = {"NO_PROXY": LOOPBACK, "no_proxy": LOOPBACK}
    return {"AWS_ENDPOINT_URL": settings.emulator_url, **region, **CREDENTIALS, **NOBODY, **direct}


def clean_env(env: dict[str, str] | None = None) -> dict[str, str]:
    """Return an environment without AWS settings of the person's own (profiles, tokens, endpoints)."""
    return {name: value for name, value in (env or os.environ).items() if not name.startswith("AWS_")}


def emulator_env(settings: Settings) -> dict[str, str]:
    """Return MiniStack's settings: loopback only, state on disk, no container engine, nothing that listens besides."""
    home = folder_of(settings).emulator
    kept = {"PERSIST_STATE": "1", "STATE_DIR": str(home / "state"), "S3_PERSIST": "1", "S3_DATA_DIR": str(home / "s3")}
    closed = {
        "BIND_HOST": "127.0.0.1",
        "IOT_MTLS_ENABLED": "0",
        "SFTP_ENABLED": "0",
        "DOCKER_HOST": "unix:///dev/null/none",
    }
    place = {"GATEWAY_PORT": str(settings.emulator_port), "TMPDIR": str(home / "tmp"), "LOG_LEVEL": "WARNING"}
    return {**clean_env(), **aws_env(settings), **kept, **closed, **place, "MINISTACK_REGION": REGION}


def is_ready(settings: Settings) -> bool:
    """Tell whether the emulator answers."""
    return answers_ok(f"{settings.emulator_url}/_ministack/health")


def answers_ok(url: str) -> bool:
    """Tell whether a server on this machine answers a GET with 200 within two seconds; no proxy is asked."""
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(url, timeout=2) as answer:
            return bool(answer.status == http.HTTPStatus.OK)
    except (OSError, http.client.HTTPException):
        return False


@cache
def client(settings: Settings, service: str) -> Any:
    """Return an AWS client that is bound to the emulator whatever the environment says."""
    import boto3
    from botocore.config import Config

    config = Config(
        connect_timeout=3, read_timeout=60, retries={"mode": "standard", "total_max_attempts": 4}, proxies={}
    )
    session = boto3.session.Session("test", "test", region_name=REGION)
    return session.client(service, endpoint_url=settings.emulator_url, config=config)
