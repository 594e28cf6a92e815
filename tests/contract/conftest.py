"""Contract tests share one installation a module: see tests/support/installation.py."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.support.installation import logged_in, password_hash, shared_installation, signing_key

if TYPE_CHECKING:
    from tests.support.api import Client
    from tests.support.database import Database

__all__ = ["password_hash", "shared_installation", "signing_key"]


@pytest.fixture
def installation(shared_installation: Database) -> Database:
    return shared_installation


@pytest.fixture
def admin(installation: Database, password_hash: str) -> Client:
    return logged_in("ada", "admin", password_hash=password_hash)


@pytest.fixture
def tester(installation: Database) -> Client:
    return logged_in("tess", "tester")
