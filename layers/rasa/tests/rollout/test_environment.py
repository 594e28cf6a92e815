"""An environment of its own within the same services: a schema in the tracker database, a prefix in the lock table."""

import os

from rasa.shared.utils.io import read_yaml
from support.talking import said, talk

from parlance_rasa.tasks.environment import HERE, fill_in


def test_a_schema_of_its_own_is_made_and_keeps_conversations_apart(open_store, rows, run, monkeypatch):
    run(talk(open_store(), "web-1", said("to production")))
    monkeypatch.setenv("POSTGRESQL_SCHEMA", "staging")
    first, second = open_store(), open_store()

    run(talk(first, "web-1", said("to staging")))

    assert "to production" not in str(run(second.retrieve("web-1")).as_dialogue())
    assert rows("SELECT count(*) FROM staging.events") == rows("SELECT count(*) FROM public.events")
    rows("DROP SCHEMA staging CASCADE")


def test_the_locks_prefix_is_nothing_unless_it_is_set(monkeypatch):
    with open(os.path.join(HERE, "endpoints.yml")) as file:
        text = file.read()
    given = {"LOCK_TABLE": "locks"}
    fill_in(given)
    for name in ("RASA_MODEL_SERVER", "RASA_X_TOKEN", "DB_HOST", "EVENTS_TOPIC"):
        monkeypatch.setenv(name, "x")
    for name, value in given.items():
        monkeypatch.setenv(name, value)

    assert read_yaml(text)["lock_store"]["key_prefix"] == ""
