"""These tests run against an installation: see tests/support/installation.py; some with an identity provider."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pytest

from parlance.adapters import aws, oidc
from parlance.settings import settings
from tests.integration.identity.browser import Browser
from tests.support.identity_provider import CLIENT, SECRET, IdentityProvider, identity_provider
from tests.support.installation import (  # noqa: F401  fixtures are found by their names here
    admin,
    annotator,
    installation,
    login,
    password_hash,
    shared_installation,
    signing_key,
    tester,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.support.database import Database

ROLES = {"role_claim": "groups", "roles": {"botmasters": ["annotator"], "admins": ["admin"]}}


@pytest.fixture
def provider() -> Iterator[IdentityProvider]:
    with identity_provider() as running:
        yield running


@pytest.fixture
def configure(
    installation: Database,  # noqa: F811 - the fixture of that name
    provider: IdentityProvider,
    monkeypatch: pytest.MonkeyPatch,
) -> Callable[..., None]:
    """Write the provider into the installation's secret."""

    def write(**more: Any) -> None:
        name = f"sso-{uuid4().hex}"
        facts = {"issuer": provider.issuer, "client_id": CLIENT, "client_secret": SECRET, "name": "Example", **more}
        aws.client("secretsmanager").create_secret(Name=name, SecretString=json.dumps(facts))
        monkeypatch.setenv("SSO_SECRET", name)
        settings.cache_clear()
        oidc._cache.clear()

    write(**ROLES)
    return write


@pytest.fixture
def browser(configure: Callable[..., None], provider: IdentityProvider) -> Browser:
    return Browser(provider)
