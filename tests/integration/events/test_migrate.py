"""The schema arrives whole and once, whoever runs the migration and how often."""

import json
import os
import subprocess
import sys
from contextlib import closing

import boto3
import pytest

from functions.migrate.app import configuration, handler, newest, upgrade
from parlance.domain.errors import Unavailable
from tests.support import events as rasa
from tests.support.database import created, in_use, of_release
from tests.support.events import NOON

RACE = """
import parlance.adapters.aws as aws
aws.secret = lambda name: name
from functions.migrate.app import upgrade
upgrade()
"""


def schema(database):
    return database.rows("SELECT * FROM information_schema.columns WHERE table_schema = 'public' ORDER BY 3, 4")


def test_second_run_changes_nothing(database):
    before = schema(database)

    assert upgrade() == newest(configuration())

    assert schema(database) == before
    assert database.rows("SELECT version_num FROM alembic_version") == [{"version_num": newest(configuration())}]


def test_models_of_older_conversations_are_noted_as_missing(postgres):
    with of_release(postgres, "0013") as older:
        older.rows("INSERT INTO conversations (sender_id) VALUES ('a')")

        upgrade()

        assert older.rows("SELECT read_upto FROM unread_models") == [{"read_upto": ""}]


def test_names_of_older_conversations_are_put_together_and_counted(postgres):
    told = [("a", "intent", "greet"), ("a", "action", "utter: hi"), ("a", "intent", "Ärger"), ("b", "intent", "greet")]
    with of_release(postgres, "0014") as older:
        for sender, kind, value in told:
            older.rows("INSERT INTO seen_names VALUES (:s, :k, :v)", s=sender, k=kind, v=value)

        upgrade()
        rasa.store(rasa.greeting("b", NOON))

        mine = older.rows("SELECT names FROM seen_names WHERE sender_id = 'a'")
        assert mine == [{"names": ["action:utter: hi", "intent:greet", "intent:Ärger"]}]
        counts = older.rows("SELECT name, n_conversations FROM name_counts WHERE name LIKE 'intent:%' ORDER BY name")
        assert [tuple(row.values()) for row in counts] == [("intent:greet", 2), ("intent:Ärger", 1)]


def test_a_new_installation_has_no_older_conversations(database):
    assert database.rows("SELECT read_upto FROM unread_models") == []


def test_deployments_at_once_queue_up(postgres, database):
    with created(postgres, "template1") as empty:
        environment = {**os.environ, "DATABASE_SECRET": json.dumps(postgres.secret(empty.name))}
        environment["PYTHONPATH"] = os.pathsep.join(sys.path)
        racers = [subprocess.Popen([sys.executable, "-c", RACE], env=environment) for _ in range(3)]

        assert [racer.wait() for racer in racers] == [0, 0, 0]
        assert schema_names(empty) == schema_names(database)


def schema_names(database):
    return [(row["table_name"], row["column_name"], row["data_type"]) for row in schema(database)]


def test_deployment_does_not_wait_for_ever(database):
    with closing(database.connect()) as other:
        other.run(f"SELECT pg_advisory_lock({0x7061726C})")

        with pytest.raises(Unavailable, match="another deployment"):
            upgrade(patience=0.2)


def test_installation_gets_its_key_and_first_user_once(postgres, cloud, monkeypatch):
    with created(postgres, "template1") as empty, in_use(empty):
        secrets = boto3.client("secretsmanager")
        first = json.dumps({"username": "admin", "password": "a long enough password"})
        secrets.create_secret(Name=f"{empty.name}/first-user", SecretString=first)
        secrets.create_secret(Name=f"{empty.name}/signing-key", SecretString="{}")
        monkeypatch.setenv("FIRST_USER_SECRET", f"{empty.name}/first-user")
        monkeypatch.setenv("SIGNING_KEY_SECRET", f"{empty.name}/signing-key")

        assert handler({}, None) == handler({}, None) == {"revision": newest(configuration())}

        assert empty.rows("SELECT username FROM users") == [{"username": "admin"}]
        assert "PRIVATE KEY" in secrets.get_secret_value(SecretId=f"{empty.name}/signing-key")["SecretString"]
