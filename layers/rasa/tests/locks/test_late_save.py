"""Lock and tracker store together: a holder that stalled saves late, when another has had its turn already."""

import pytest
from support.talking import DOMAIN, said, session_start

from parlance_rasa.tracker_store import TurnTrackerStore
from parlance_rasa.turn import current_ticket


@pytest.fixture
def tracker_store(database):
    store = TurnTrackerStore(DOMAIN, **database)
    yield store
    store.database.close()
    store.engine.dispose()


async def turn(locks, store, text):
    """Handle a message as Rasa does: lock, read, change, save."""
    async with locks.lock("web-1"):
        tracker = await store.get_or_create_tracker("web-1", append_action_listen=False)
        tracker.update(said(text))
        await store.save(tracker)
        return current_ticket.get()


def test_turns_are_numbered_by_their_tickets(open_store, tracker_store, rows, run):
    locks = open_store(lease=30)

    async def talk():
        return [await turn(locks, tracker_store, text) for text in ("one", "two")]

    tickets = run(talk())

    assert [number for (number,) in rows("SELECT turn FROM parlance_turns ORDER BY turn")] == tickets


def test_a_stalled_holders_late_save_is_kept_and_flagged_and_overwrites_nothing(open_store, tracker_store, rows, run):
    stalled, other = open_store(lease=30), open_store(lease=30)

    async def talk():
        async with stalled.lock("web-1") as lock:
            tracker = await tracker_store.get_or_create_tracker("web-1", append_action_listen=False)
            for event in [*session_start(), said("slow")]:
                tracker.update(event)
            other.finish_serving("web-1", lock.now_serving)  # as if it had shown no sign of life for a lease
            assert await turn(other, tracker_store, "fast") > lock.now_serving
            await tracker_store.save(tracker)
        return await turn(other, tracker_store, "next")

    run(talk())

    kept = run(tracker_store.retrieve("web-1"))
    texts = [event.text for event in kept.events if event.type_name == "user"]
    assert texts == ["fast", "slow", "next"]
    turns = rows("SELECT turn, overlap FROM parlance_turns ORDER BY turn")
    assert [overlap for _, overlap in turns] == [False, True, False]
    assert len({number for number, _ in turns}) == 3
