"""Sessions, kept up to date step by step, equal sessions counted from all events at once."""

from functools import partial
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from parlance.domain.sessions import Moment, Session, place

MOMENTS = st.lists(
    st.builds(
        Moment,
        st.sampled_from(["a", "b"]),
        st.integers(-2, 12).map(float),
        st.sampled_from(["user", "bot", "action", "session_started"]),
        st.sampled_from(["MemoizationPolicy", "TEDPolicy"]),
    ),
    max_size=25,
)


def counted_at_once(moments):
    rows = {}
    for sender in {moment.sender_id for moment in moments}:
        mine = [moment for moment in moments if moment.sender_id == sender]
        starts = {moment.timestamp for moment in mine if moment.type == "session_started" and moment.timestamp > 0}
        for start in starts:
            rows[sender, start] = Session(sender_id=sender, started_at=start)
        for moment in mine:
            if moment.type == "session_started":
                continue
            start = max((start for start in starts if start <= moment.timestamp), default=0.0)
            row = rows.setdefault((sender, start), Session(sender_id=sender, started_at=start))
            row.ended_at = max(moment.timestamp, moment.timestamp if row.ended_at is None else row.ended_at)
            row.user_messages += moment.type == "user"
            row.bot_messages += moment.type == "bot"
            row.predictions += moment.type == "action"
            row.memoized += moment.type == "action" and moment.policy == "MemoizationPolicy"
    return rows


def known_to(table, batch):
    """Return the rows that the database would give: from the session that holds the first moment on."""
    for sender in {moment.sender_id for moment in batch}:
        first = min(moment.timestamp for moment in batch if moment.sender_id == sender)
        held = max((start for owner, start in table if owner == sender and start <= first), default=0.0)
        yield from (row for (owner, start), row in table.items() if owner == sender and start >= held)


@given(MOMENTS, st.lists(st.integers(0, 25), max_size=5))
def test_any_split_gives_the_same_sessions(moments, cuts):
    table, stored = {}, []
    edges = [0, *sorted(cuts), len(moments)]

    for start, end in pairwise(edges):
        batch = moments[start:end]
        stored += batch
        for row in place(list(known_to(table, batch)), batch, partial(recalled, stored)):
            table[row.sender_id, row.started_at] = row
        table = {key: row for key, row in table.items() if not row.is_void}

    assert table == counted_at_once(moments)


def recalled(stored, torn):
    return [
        moment
        for stretch in torn
        for moment in stored
        if moment.sender_id == stretch.sender_id
        and moment.type != "session_started"
        and (moment.timestamp >= stretch.since or stretch.since == 0)
        and (stretch.until is None or moment.timestamp < stretch.until)
    ]
