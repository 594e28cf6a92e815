"""The names that conversations have seen: written when one is new, counted by conversation."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.support import events as rasa
from tests.support.events import NOON

if TYPE_CHECKING:
    from tests.support.database import Database

VERSION = "SELECT ctid::text, xmin::text, xmax::text FROM seen_names"
COUNTS = "SELECT name, n_conversations AS n FROM name_counts WHERE name LIKE 'intent:%' ORDER BY name"


def test_what_brings_no_new_name_writes_and_locks_no_row_of_names(database: Database) -> None:
    rasa.store(rasa.greeting("a", NOON))
    before = database.rows(VERSION)

    rasa.store(rasa.greeting("a", NOON))
    rasa.store(rasa.greeting("a", NOON + 60))

    assert database.rows("SELECT n_user_messages AS n FROM conversations") == [{"n": 2}]
    assert database.rows(VERSION) == before


def test_a_name_counts_once_a_conversation(database: Database) -> None:
    rasa.store(rasa.greeting("a", NOON), rasa.greeting("b", NOON), rasa.greeting("a", NOON + 60))
    rasa.store(rasa.turn("b", 9, [rasa.user("bye", "goodbye", NOON + 90)]), rasa.greeting("c", NOON))

    assert database.rows(COUNTS) == [{"name": "intent:goodbye", "n": 1}, {"name": "intent:greet", "n": 3}]
