"""An installation without a Rasa server: database, signing key, lock table, service token, three users."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING
from uuid import uuid4

import pytest

from parlance.adapters import aws, keys, passwords
from parlance.adapters import users as accounts
from parlance.domain.identity import User
from parlance.services.login import token_for
from parlance.settings import settings
from tests.support.api import Client

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.support.database import Database

PASSWORD = "correct horse battery staple"
SERVICE_TOKEN = "service-token-of-the-tests"


@pytest.fixture(scope="session")
def signing_key() -> keys.Key:
    """One key pair for the session: making one takes a while."""
    return keys.create()


@pytest.fixture(scope="session")
def password_hash() -> str:
    return passwords.protect(PASSWORD)


@pytest.fixture
def installation(cloud: str, database: Database, signing_key: keys.Key, monkeypatch: pytest.MonkeyPatch) -> Database:
    """Settings, secrets and tables as the deployment makes them."""
    name = f"api-{uuid4().hex}"
    secrets = {"signing": msgspec_ring(signing_key), "service": SERVICE_TOKEN}
    for kind, value in secrets.items():
        aws.client("secretsmanager").create_secret(Name=f"{name}-{kind}", SecretString=value)
        monkeypatch.setenv(f"{kind.upper()}_{'KEY' if kind == 'signing' else 'TOKEN'}_SECRET", f"{name}-{kind}")
    monkeypatch.setenv("LOCK_TABLE", lock_table(name))
    monkeypatch.setenv("RASA_URL", "http://127.0.0.1:9")
    settings.cache_clear()
    return database


def msgspec_ring(key: keys.Key) -> str:
    import msgspec

    return json.dumps({"keys": [msgspec.to_builtins(key)]})


def lock_table(name: str) -> str:
    aws.client("dynamodb").create_table(
        TableName=name,
        KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "pk", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )
    return name


@pytest.fixture
def login(installation: Database, password_hash: str) -> Callable[..., Client]:
    """Make an account with the given roles and return a client that is logged in as it."""

    def log_in(username: str, *roles: str) -> Client:
        accounts.add(User(username=username, password_hash=password_hash, roles=roles))
        return Client(token_for(username, roles))

    return log_in


@pytest.fixture
def admin(login: Callable[..., Client]) -> Client:
    return login("ada", "admin")


@pytest.fixture
def tester(login: Callable[..., Client]) -> Client:
    return login("tess", "tester")


@pytest.fixture
def annotator(login: Callable[..., Client]) -> Client:
    return login("anna", "annotator")
