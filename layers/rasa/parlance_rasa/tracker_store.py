"""Rasa's tracker store on PostgreSQL, one transaction a turn; the turn's message goes out after the commit."""

import asyncio
import itertools
import json
import logging
import os
from contextlib import contextmanager
from typing import Any, Coroutine, Dict, Iterable, Iterator, NamedTuple, Optional, TypeVar

import psycopg2
import sqlalchemy as sa
from rasa.core.tracker_store import SQLTrackerStore, TrackerStore, validate_port
from rasa.shared.core.trackers import DialogueStateTracker

from parlance_rasa import journal, schema
from parlance_rasa.connection import PASSING, Database, arguments_of, open_engine, opening
from parlance_rasa.conversation import conversation_key
from parlance_rasa.errors import TurnFailed, reason
from parlance_rasa.outbox import Outbox
from parlance_rasa.turn import current_ticket
from parlance_rasa.warm import Warm

logger = logging.getLogger(__name__)
Result = TypeVar("Result")
_MARK = "parlance_mark"


class Mark(NamedTuple):
    """How much of a tracker is in the database: its first `events` events, when the conversation had this extent."""

    events: int
    extent: journal.Extent
    domain: Any = None
    """Where its slots come from; None for a tracker that was not made here."""


class TurnTrackerStore(SQLTrackerStore):
    """Select it in endpoints.yml: `type: parlance_rasa.tracker_store.TurnTrackerStore`.

    It takes the settings of Rasa's own `SQL` store and three more: `environment`, `patience_s` (how long a save or a
    read is tried again) and `start_wait_s` (how long a start waits for the database). A turn that cannot be saved
    raises `TurnFailed`, which Rasa's fail-safe wrapper does not hide.
    """

    def __init__(  # noqa: PLR0913, PLR0917 - Rasa passes endpoints.yml's keys as arguments
        self,
        domain: Any = None,
        host: Optional[str] = None,
        event_broker: Any = None,
        environment: Optional[str] = None,
        patience_s: float = 5.0,
        start_wait_s: float = 60.0,
        **database: Any,
    ) -> None:
        TrackerStore.__init__(self, domain, event_broker)
        url = _url(self, host=host, **database)
        own = os.environ.get("POSTGRESQL_SCHEMA")
        self.engine = open_engine(url, own, float(start_wait_s))
        schema.install(self.engine, float(start_wait_s))
        self.sessionmaker = sa.orm.session.sessionmaker(bind=self.engine)
        self.database = Database(arguments_of(self.engine), opening(own, journal.PREPARED), float(patience_s))
        self.database.reach(float(start_wait_s))
        self._environment = environment or os.environ.get("RASA_ENVIRONMENT") or "production"
        self._outbox = Outbox(self.database)
        self._warm = Warm()

    async def keys(self) -> Iterable[str]:
        """Return the conversations' ids."""
        return await journal.keys(self.database)

    async def began(self, sender_id: str) -> Optional[float]:
        """Return when a conversation's first event happened, in unix seconds; None for one without events."""
        return await journal.began(self.database, conversation_key(sender_id))

    async def save(self, tracker: DialogueStateTracker) -> None:
        """Commit the tracker's new events as one turn, then hand them to the broker; raise `TurnFailed` or succeed."""
        mark = _mark(tracker)
        if mark and mark.events == len(tracker.events):
            setattr(tracker, _MARK, mark)
            return
        with _guarded(tracker.sender_id):
            mark = mark or await self._what_is_stored(tracker)
            draft = _draft(tracker, mark)
            saved = await _whole(self._commit(draft)) if draft.events else None
        setattr(tracker, _MARK, Mark(len(tracker.events), _extent(mark, draft, saved), mark.domain))
        if saved and mark.domain and _is_as_read(tracker, draft, saved):
            self._warm.keep(tracker, mark.domain)
        if saved and not self._publishes_turns:
            self._publish_singly(saved)

    async def _retrieve(
        self,
        sender_id: str,
        fetch_events_from_all_sessions: bool,  # noqa: FBT001 - Rasa's signature
    ) -> Optional[DialogueStateTracker]:
        key = conversation_key(sender_id)
        warm = None if fetch_events_from_all_sessions else self._warm.take(sender_id, self.domain)
        if warm and await self._extent_now(key, sender_id) == getattr(warm, _MARK).extent:
            return warm
        with _guarded(sender_id):
            reading = await journal.read(self.database, key, all_sessions=fetch_events_from_all_sessions)
        if not reading.events:
            return None
        events, domain = [json.loads(event) for event in reading.events], self.domain
        tracker = DialogueStateTracker.from_dict(sender_id, events, domain.slots)
        setattr(tracker, _MARK, Mark(len(tracker.events), reading.extent, domain))
        return tracker

    async def _extent_now(self, key: str, sender_id: str) -> journal.Extent:
        with _guarded(sender_id):
            return await journal.extent(self.database, key)

    async def _what_is_stored(self, tracker: DialogueStateTracker) -> Mark:
        """Judge a tracker that was not read here as stock Rasa does: by the number of events in the last session."""
        stored = await journal.session_extent(self.database, conversation_key(tracker.sender_id))
        return Mark(stored.count, stored)

    @property
    def _publishes_turns(self) -> bool:
        return hasattr(self.event_broker, "publish_turn")

    async def _commit(self, draft: journal.Draft) -> journal.Saved:
        saved = await journal.write(self.database, draft, self._environment, outbox=self._publishes_turns)
        if self._publishes_turns:
            self.event_broker.publish_turn(saved.body, self._outbox, saved.outbox_id)
        return saved

    def _publish_singly(self, saved: journal.Saved) -> None:
        """Give a stock broker the events one by one; what it raises cannot fail a turn that is committed."""
        message = json.loads(saved.body)
        for event in message["events"] if self.event_broker else ():
            try:
                self.event_broker.publish(dict({"sender_id": message["sender_id"]}, **event))
            except Exception:  # any broker, any error
                logger.exception("The event broker refused an event of a committed turn")


async def _whole(work: Coroutine[Any, Any, Result]) -> Result:
    """Bring work to its end; a cancelled caller waits for it too."""
    task = asyncio.ensure_future(work)
    try:
        return await asyncio.shield(task)
    except asyncio.CancelledError:
        await asyncio.wait({task})
        task.cancelled() or task.exception()  # nobody else asks, and asyncio would log it whole
        raise


@contextmanager
def _guarded(sender_id: str) -> Iterator[None]:
    """Let nothing that Rasa's fail-safe store would hide come out of here."""
    try:
        yield
    except Exception as error:
        unexpected = not isinstance(error, (*PASSING, psycopg2.Error))  # psycopg2's texts quote people's words
        logger.error("The tracker database failed: %s", reason(error), exc_info=unexpected)  # noqa: TRY400
        raise TurnFailed("conversation %r, %s" % (sender_id, reason(error))) from error


def _url(store: SQLTrackerStore, **database: Any) -> Any:
    settings: Dict[str, Any] = dict({"dialect": "postgresql", "db": "tracker"}, **database)
    settings["port"] = validate_port(settings.get("port"))
    return store.get_db_url(**settings)


def _mark(tracker: DialogueStateTracker) -> Optional[Mark]:
    """Return what is known to be stored: nothing of an empty tracker; None for one that this store did not read."""
    return getattr(tracker, _MARK, None) or (None if tracker.events else Mark(0, journal.Extent(0, None)))


def _extent(mark: Mark, draft: journal.Draft, saved: Optional[journal.Saved]) -> journal.Extent:
    """Return which events there are after a save: those that were read and these, if no other turn came between."""
    return journal.Extent(mark.extent.count + len(draft.events), saved.version) if saved else mark.extent


def _is_as_read(tracker: DialogueStateTracker, draft: journal.Draft, saved: journal.Saved) -> bool:
    """Whether a reader would get this very tracker: no new session, nothing older than it, JSON that gives all back.

    After an overlap it is not, and the next turn reads.
    """
    try:
        same = bool(json.loads(saved.body)["events"] == draft.events)
        return same and not saved.overlap and _is_one_session(tracker, draft)
    except Exception:  # noqa: BLE001 - a value may fail at `==` as it likes (an array does), and the turn is saved
        return False


def _is_one_session(tracker: DialogueStateTracker, draft: journal.Draft) -> bool:
    begin = journal.seconds(tracker.events[0].timestamp) or 0.0
    return all(
        event.get("event") != "session_started" and (journal.seconds(event.get("timestamp")) or 0.0) >= begin
        for event in draft.events
    )


def _write_tokens_as_lists(event: Any) -> None:
    """Give a fresh message its tokens as a reader gets them: they are the only tuples that Rasa makes itself."""
    parsed = getattr(event, "parse_data", None) or {}
    tokens = parsed.get("text_tokens")
    if isinstance(tokens, list):
        parsed["text_tokens"] = [list(token) if isinstance(token, tuple) else token for token in tokens]


def _draft(tracker: DialogueStateTracker, mark: Mark) -> journal.Draft:
    added = list(itertools.islice(tracker.events, mark.events, None))
    for event in added:
        _write_tokens_as_lists(event)
    return journal.Draft(
        sender_id=conversation_key(tracker.sender_id),
        events=[event.as_dict() for event in added],
        ticket=current_ticket.get(),
        version=mark.extent.version,
    )
