"""One turn, committed exactly once even when the connection goes while the commit is under way."""

from typing import Any, List, Optional

from parlance_rasa import journal
from parlance_rasa.connection import CommitUndecidedError, patiently


class Commit:
    """A turn on its way into the database."""

    def __init__(self, draft: journal.Draft, environment: str, *, outbox: bool) -> None:
        self._draft = draft
        self._environment = environment
        self._outbox = outbox
        self._tried: List[journal.Saved] = []

    def run(self, engine: Any, patience_s: float) -> Optional[journal.Saved]:
        """Return the turn as committed (None: nothing new in it); raise the database's error after `patience_s`."""
        return patiently(lambda: self._attempt(engine), patience_s)

    def _attempt(self, engine: Any) -> Optional[journal.Saved]:
        with engine.connect() as connection:
            if self._tried and self._went_through(connection):
                return self._tried[-1]
            return self._write(connection)

    def _went_through(self, connection: Any) -> bool:
        with connection.begin():
            outcome = journal.outcome(connection, self._tried[-1].transaction)
        if outcome == "in progress":
            raise CommitUndecidedError
        return outcome == "committed"

    def _write(self, connection: Any) -> Optional[journal.Saved]:
        with connection.begin():
            saved = journal.write(connection, self._draft, self._environment, outbox=self._outbox)
            if saved:
                self._tried.append(saved)
        return saved
