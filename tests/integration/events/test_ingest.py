"""Real and generated conversations: the database equals a reference built from the input, whatever the delivery."""

import json
import random

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from functions.events.app import handler
from parlance.adapters import event_sql, event_store, native
from parlance.domain.messages import read
from tests.support import moodbot, reference
from tests.support.conversations import deliveries, messages
from tests.support.turns import turn


def deliver(bodies, size=500):
    for start in range(0, len(bodies), size):
        answer = handler(moodbot.batch(bodies[start : start + size]), None)
        assert answer == {"batchItemFailures": []}


def test_real_conversations_are_stored_whole(database):
    turns = moodbot.turns(moodbot.events())

    deliver(turns)

    assert reference.stored(database) == reference.tables(turns)


def test_lone_events_give_the_same_rows_but_for_turns(database):
    events = list(moodbot.events())
    random.Random(7).shuffle(events)

    deliver(events)

    assert reference.stored(database) == reference.tables(events)


def test_export_before_and_after_the_turns_changes_nothing(database):
    events = list(moodbot.events())[:600]
    turns = moodbot.turns(tuple(events))

    deliver([*events[:300], *turns, *events[200:]])

    assert reference.stored(database) == reference.tables(turns)


@settings(max_examples=settings().max_examples // 4, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_any_repeat_order_and_split_gives_the_same_database(database, data):
    told = data.draw(messages())
    batches = data.draw(deliveries(told))
    reference.empty(database)

    for bodies in batches:
        deliver([json.dumps(body) for body in bodies])

    assert reference.stored(database) == reference.tables(told)


def test_a_conversation_that_goes_while_it_is_being_locked_is_made_anew_by_a_transaction_that_holds_nothing(database):
    first, second = turn(0), turn(1)
    handler(moodbot.batch([first]), None)
    asked = []

    def work(run):
        def meddled(statement, **how):
            asked.append(statement)
            if statement == event_sql.LOCK_CONVERSATIONS and asked.count(statement) == 1:
                database.rows(f"TRUNCATE {', '.join(set(reference.TABLES) - {'conversations'})}")
                database.rows("DELETE FROM conversations")
            return run(statement, **how)

        return event_store.write(meddled, [read(json.dumps(second), "production")])

    assert native.transact(event_store.settings().database_secret, work) == 1

    assert asked.count(event_sql.LOCK_CONVERSATIONS) == 2
    assert "ROLLBACK" in asked
    assert reference.stored(database) == reference.tables([second])
