"""The outbox in Rasa's tracker database: turns that are committed and that SNS does not have yet.

The table, made by `schema.sql` and swept by a scheduled function outside Rasa:

    parlance_outbox(id bigserial PRIMARY KEY, sender_id text, turn bigint, body text, created_at timestamptz)

`body` is the turn's JSON message, uncompressed (`parlance_rasa.wire.turn_body`). A row is written in the transaction
of its turn and deleted once SNS accepted its message. Whoever sends a row again does no harm: the consumer stores an
event once. Rows commit out of the order of their ids, so sweep by `created_at` with `FOR UPDATE SKIP LOCKED`.
"""

from typing import List

from parlance_rasa.connection import Database


class Outbox:
    """The rows of one tracker database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def forget(self, ids: List[int]) -> None:
        """Delete rows whose messages SNS has. Blocks."""
        self._database.tell("DELETE FROM parlance_outbox WHERE id = ANY(%(ids)s)", ids=ids)
