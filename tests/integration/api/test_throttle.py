"""Tries are counted so that parallel ones cannot slip past the limit."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from parlance.adapters import throttle
from parlance.domain.errors import TooMany


def attempt(_: int) -> bool:
    try:
        throttle.count("account", "ada", limit=5)
    except TooMany:
        return False
    return True


def test_parallel_tries_pass_no_more_often_than_allowed(installation):
    with ThreadPoolExecutor(8) as pool:
        passed = list(pool.map(attempt, range(40)))

    assert sum(passed) == 5


def test_accounts_and_addresses_are_counted_apart(installation):
    throttle.count("account", "ada", limit=1)
    throttle.count("address", "ada", limit=1)
    throttle.count("account", "bob", limit=1)

    with pytest.raises(TooMany) as refused:
        throttle.count("account", "ada", limit=1)
    assert 0 < refused.value.retry_after <= throttle.WINDOW


def test_a_try_that_is_given_back_counts_for_nothing(installation):
    for _ in range(3):
        throttle.count("address", "1.2.3.4", limit=1)
        throttle.give_back("address", "1.2.3.4")


def test_the_next_window_starts_at_nothing(installation, monkeypatch):
    throttle.count("account", "ada", limit=1)
    now = throttle.time.time()
    monkeypatch.setattr(throttle.time, "time", lambda: now + throttle.WINDOW)

    throttle.count("account", "ada", limit=1)
