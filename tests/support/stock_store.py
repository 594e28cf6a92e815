"""Fills a stock Rasa's own SQL tracker store: run by Rasa's environment, `python stock_store.py SQLITE_FILE`.

Events come on stdin, one JSON a line, each with its `sender_id`.
"""

import asyncio
import json
import sys
from itertools import groupby


async def main() -> None:
    """Save one tracker a conversation, as Rasa does."""
    from rasa.core.tracker_store import SQLTrackerStore
    from rasa.shared.core.domain import Domain
    from rasa.shared.core.trackers import DialogueStateTracker

    store = SQLTrackerStore(Domain.empty(), db=sys.argv[1])
    events = sorted(map(json.loads, sys.stdin), key=lambda event: event["sender_id"])
    for sender, mine in groupby(events, key=lambda event: event["sender_id"]):
        await store.save(DialogueStateTracker.from_dict(sender, list(mine), []))


asyncio.run(main())
