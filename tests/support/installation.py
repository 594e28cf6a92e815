"""An installation without a Rasa server: database, signing key, lock table, service token, and accounts to log in as.

`installation` is a test's own; `shared_installation` serves a whole module whose tests do not mind each other's rows.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING
from uuid import uuid4

import msgspec
import pytest

from parlance.adapters import aws, keys, passwords
from parlance.adapters import users as accounts
from parlance.domain.identity import User
from parlance.services.login import token_for
from parlance.settings import settings
from tests.support import emulator as emulators
from tests.support.api import Client

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.support.database import Database

PASSWORD = "correct horse battery staple"
SERVICE_TOKEN = "service-token-of-the-tests"


@pytest.fixture(scope="session")
def signing_key() -> keys.Key:
    """One key pair for the session: making one takes a while."""
    return keys.create()


@pytest.fixture(scope="session")
def password_hash() -> str:
    """The hash of PASSWORD, made once."""
    return passwords.protect(PASSWORD)


@contextmanager
def installed(signing_key: keys.Key) -> Iterator[None]:
    """Give the code under test settings, secrets and a table as the deployment makes them."""
    name = f"api-{uuid4().hex}"
    with pytest.MonkeyPatch.context() as patch:
        for variable, value in variables(name).items():
            patch.setenv(variable, value)
        settings.cache_clear()
        make_secret(f"{name}-signing", msgspec.json.encode(keys.Ring((signing_key,))).decode())
        make_secret(f"{name}-service", SERVICE_TOKEN)
        make_lock_table(name)
        yield
    settings.cache_clear()


def variables(name: str) -> dict[str, str]:
    """Return the environment of the API's function; Rasa's address is one where nobody listens."""
    return {
        "SIGNING_KEY_SECRET": f"{name}-signing",
        "SERVICE_TOKEN_SECRET": f"{name}-service",
        "LOCK_TABLE": name,
        "RASA_URL": "http://127.0.0.1:9",
        "PUBLIC_URL": "http://parlance.test",
    }


def make_secret(name: str, value: str) -> None:
    aws.client("secretsmanager").create_secret(Name=name, SecretString=value)


def make_lock_table(name: str) -> None:
    aws.client("dynamodb").create_table(
        TableName=name,
        KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "pk", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )


@pytest.fixture
def installation(cloud: str, database: Database, signing_key: keys.Key) -> Iterator[Database]:
    """An installation of this test's own; returns its database."""
    with installed(signing_key):
        yield database


@pytest.fixture(scope="module")
def shared_installation(emulator: str, module_database: Database, signing_key: keys.Key) -> Iterator[Database]:
    """One installation for a module."""
    with pytest.MonkeyPatch.context() as patch:
        for name, value in emulators.environment(emulator).items():
            patch.setenv(name, value)
        with installed(signing_key):
            yield module_database


def logged_in(username: str, *roles: str, password_hash: str = "no password") -> Client:
    """Make an account unless it exists, and return a client that is logged in as it."""
    accounts.add(User(username=username, password_hash=password_hash, roles=roles))
    return Client(token_for(username, roles))


@pytest.fixture
def login(installation: Database, password_hash: str) -> Callable[..., Client]:
    """Make an account with the given roles and return a client that is logged in as it."""
    return lambda username, *roles: logged_in(username, *roles, password_hash=password_hash)


@pytest.fixture
def admin(login: Callable[..., Client]) -> Client:
    """Ada, an administrator."""
    return login("ada", "admin")


@pytest.fixture
def tester(login: Callable[..., Client]) -> Client:
    """Tess, a tester."""
    return login("tess", "tester")


@pytest.fixture
def annotator(login: Callable[..., Client]) -> Client:
    """Anna, an annotator."""
    return login("anna", "annotator")
