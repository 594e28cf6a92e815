"""AWS clients and secrets, made on first use; AWS_ENDPOINT_URL says where, and nobody else needs to know."""

from __future__ import annotations

from functools import cache
from typing import Any

import msgspec


@cache
def client(service: str) -> Any:
    """Return the one client of an AWS service in this process; short time-outs, three tries."""
    import boto3
    from botocore.config import Config

    config = Config(
        connect_timeout=3,
        read_timeout=20,
        retries={"mode": "standard", "total_max_attempts": 3},
        signature_version="s3v4" if service == "s3" else None,  # signed addresses that every region takes
    )
    return boto3.client(service, config=config)


@cache
def secret(name: str) -> str:
    """Return a secret's text; kept for the life of the process (rotation starts new environments)."""
    return str(client("secretsmanager").get_secret_value(SecretId=name)["SecretString"])


def secret_json(name: str) -> Any:
    """Return a secret that holds a JSON document."""
    return msgspec.json.decode(secret(name))
