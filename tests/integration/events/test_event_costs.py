"""What a million messages cost is computed from requests that were counted, not assumed."""

import json

from benchmarks.ingest_costs import counted, priced
from tests.support import moodbot


def bodies(count):
    return [json.dumps(turn) for turn in moodbot.turns(moodbot.events()[:1200])[:count]]


def test_requests_are_counted_between_publisher_and_function(cloud, database):
    large = json.dumps({**json.loads(bodies(1)[0]), "turn": 1, "filling": "x" * 100_000})

    found = counted(database, [*bodies(29), large])

    assert found.messages == 30
    assert sum(found.batches) >= 30  # a slow machine is delivered a message again
    assert found.published == 31
    assert found.polled == sum(2 * -(-taken // 10) for taken in found.batches)


def test_a_quiet_bots_messages_cost_an_invocation_each(cloud, database):
    found = counted(database, bodies(3), one_by_one=True)

    assert set(found.batches) == {1}
    assert priced(found, 10_000.0)["lambda_requests"] >= 0.199
