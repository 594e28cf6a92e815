"""Databases for tests: each a copy of one migrated template, put in the place of the workbench's own."""

from __future__ import annotations

import json
from contextlib import closing, contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pg8000.native
import pytest

from parlance import settings
from parlance.adapters import aws, database, native, pool

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.support.postgres import Postgres

TEMPLATE = "migrated"


@dataclass(frozen=True)
class Database:
    """One database; its name is also the name of its secret."""

    server: Postgres
    name: str

    def connect(self) -> pg8000.native.Connection:
        """Open a connection of one's own; close it."""
        return pg8000.native.Connection(**database.connection_arguments(self.server.secret(self.name)))

    def rows(self, sql: str, **parameters: Any) -> list[dict[str, Any]]:
        """Return a query's rows as dicts (none for a statement without a result)."""
        with closing(self.connect()) as connection:
            return rows(connection, sql, **parameters)


def rows(connection: pg8000.native.Connection, sql: str, **parameters: Any) -> list[dict[str, Any]]:
    """Return a query's rows as dicts."""
    values = connection.run(sql, **parameters) or []
    names = [column["name"] for column in connection.columns or []]
    return [dict(zip(names, row, strict=True)) for row in values]


@contextmanager
def created(server: Postgres, template: str = TEMPLATE) -> Iterator[Database]:
    """Make a database like the template, drop it at the end."""
    admin, name = Database(server, "postgres"), f"t_{uuid4().hex}"
    admin.rows(f"CREATE DATABASE {name} TEMPLATE {template}")
    try:
        yield Database(server, name)
    finally:
        admin.rows(f"DROP DATABASE {name} WITH (FORCE)")


@contextmanager
def in_use(place: Database, variable: str = "DATABASE_SECRET") -> Iterator[None]:
    """Make the code under test see `place` as the workbench's database (or as another: name its variable)."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(variable, place.name)
        patch.setattr(aws, "client", with_secret(aws.client, place.name, place.server.secret(place.name)))
        forget()
        yield
        forget()


def with_secret(client: Callable[[str], Any], name: str, value: object) -> Callable[[str], Any]:
    """Return a `client` whose Secrets Manager also knows one secret more."""

    class SecretsManager:
        def get_secret_value(self, **query: str) -> dict[str, str]:
            if query["SecretId"] == name:
                return {"SecretString": json.dumps(value)}
            return dict(client("secretsmanager").get_secret_value(**query))

        def __getattr__(self, attribute: str) -> Any:
            return getattr(client("secretsmanager"), attribute)

    return lambda service: SecretsManager() if service == "secretsmanager" else client(service)


def forget() -> None:
    """Drop what the code under test keeps for the life of a process: settings, secrets, connections."""
    pool.close_idle()
    if database.engine.cache_info().currsize:
        database.engine().dispose()
    for cached in (settings.settings, aws.secret, database.engine, native.session):
        cached.cache_clear()


def migrate(server: Postgres) -> dict[str, str]:
    """Make the template, an empty database at the newest revision, and return that revision."""
    from functions.migrate.app import upgrade

    Database(server, "postgres").rows(f"CREATE DATABASE {TEMPLATE}")
    with in_use(Database(server, TEMPLATE)):
        return {"revision": upgrade()}


@contextmanager
def of_release(server: Postgres, revision: str) -> Iterator[Database]:
    """Give a database in use whose schema is that of an older release."""
    from alembic import command

    from functions.migrate.app import configuration

    with created(server, "template1") as older, in_use(older):
        config = configuration()
        config.attributes["patience"] = 60
        command.upgrade(config, revision)
        yield older
