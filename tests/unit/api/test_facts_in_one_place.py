"""Things that are written in two places are the same in both."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from parlance.adapters import passwords
from parlance.domain.permissions import CATEGORIES, MODIFY, ROLES, VIEW, scopes_of
from parlance.domain.version import SCHEMA_REVISION, VERSION
from parlance.services import runtime_files

ROOT = Path(__file__).resolve().parents[3]


def test_the_version_is_the_projects():
    assert tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"] == VERSION


def test_the_schema_revision_is_the_newest_migration():
    newest = max(path.name[:4] for path in (ROOT / "functions/migrate/versions").glob("*.py"))

    assert newest == SCHEMA_REVISION


@pytest.mark.parametrize(
    ("name", "text"), [("credentials", runtime_files.CREDENTIALS), ("endpoints", runtime_files.ENDPOINTS)]
)
def test_the_served_runtime_files_are_those_of_the_rasa_layer(name, text):
    read = YAML(typ="safe").load
    served = read(text.format(public_url="${RASA_X_HOST}"))
    shipped = read((ROOT / f"layers/rasa/parlance_rasa/tasks/{name}.yml").read_text())
    for files in (served, shipped):
        files.get("models", {}).pop("url", None)
    shipped.get("lock_store", {}).pop("key_prefix", None)  # tells our own environments apart; one Rasa needs none

    assert served == shipped


def test_the_hash_that_nobody_has_costs_as_much_as_a_real_one():
    assert not passwords.is_outdated(passwords.NOBODY)
    assert not passwords.matches(passwords.NOBODY, "")


def test_roles_grant_categories_that_exist_and_admins_everything():
    every = {scope for parts in CATEGORIES.values() for part in parts.values() for scope in part}

    assert scopes_of(("admin",)) == every
    assert scopes_of(("nobody",)) == frozenset()
    assert all(set(grants) <= CATEGORIES.keys() for grants in ROLES.values())
    assert all(level in {VIEW, MODIFY} for grants in ROLES.values() for level in grants.values())
    assert scopes_of(("guest",)) < scopes_of(("tester",)) < scopes_of(("annotator",)) < every


def test_rasas_channel_finds_its_permission():
    assert "clientEvents:create" in scopes_of(("tester",))
    assert "clientEvents:create" not in scopes_of(("guest",))
