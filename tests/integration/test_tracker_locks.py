"""Operators see and release locks that Rasa keeps on PostgreSQL, by the statements of the lock store itself."""

from __future__ import annotations

import ast
import re
import time
from typing import TYPE_CHECKING, Any

import pytest

from parlance.adapters.tracker_archive import database
from parlance.domain.errors import NotFound
from parlance.services.locks import list_locks, lock_on, release
from parlance.settings import settings
from tests.proofs.locks.servers import ROOT
from tests.support.database import created, in_use
from tests.support.locks import waiter

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.support.postgres import Postgres

STORE = ROOT / "layers" / "rasa" / "parlance_rasa" / "locks" / "postgres.py"


def statements() -> dict[str, str]:
    """Return the lock store's statements; its module needs Rasa, which is not in this environment."""
    tree = ast.parse(STORE.read_text())
    (given,) = [node.value for node in tree.body if isinstance(node, ast.Assign) and node.targets[0].id == "STATEMENTS"]
    texts = ast.literal_eval(given)
    return {
        name: re.sub(r"%\((\w+)\)s", r":\1", text.format(table="conversation_locks")) for name, text in texts.items()
    }


def ask(name: str, **values: Any) -> None:
    """Do what the lock store does."""
    for one in statements()[name].split(";"):
        database(lambda run, one=one: run(one, **values))


@pytest.fixture
def tracker(postgres: Postgres, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A tracker database without tables, of an installation without a lock table on DynamoDB."""
    monkeypatch.setenv("DATABASE_SECRET", "none")
    monkeypatch.delenv("LOCK_TABLE", raising=False)
    with created(postgres, "template1") as place, in_use(place, "TRACKER_DATABASE_SECRET"):
        yield


def take(key: str, node: str, seconds_ago: float) -> str:
    name = waiter(node, time.time() - seconds_ago)
    ask("take", key=key, waiter=name, base=1000, cap=9)
    return name


def test_where_no_store_has_made_its_table_nothing_is_held(tracker: None) -> None:
    assert list_locks().locks == ()
    with pytest.raises(NotFound, match="Nobody holds"):
        lock_on("web-1")


def test_an_installation_without_a_tracker_database_has_no_locks_there(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_SECRET", "none")
    for name in ("LOCK_TABLE", "TRACKER_DATABASE_SECRET"):
        monkeypatch.delenv(name, raising=False)
    settings.cache_clear()

    assert list_locks().locks == ()
    settings.cache_clear()


def test_locks_are_listed_shown_and_released(tracker: None) -> None:
    ask("create")
    holder = take("web-1", "node-a.12", 30)
    take("web-1", "node-b.7", 2)
    take("web-2", "node-c.1", 60)
    ask("beat", key="web-1", waiter=holder, ticket=1000)
    ask("give_back", key="web-3", waiter=take("web-3", "node-c.1", 1))

    listed = list_locks()
    assert [lock.sender_id for lock in listed.locks] == ["web-2", "web-1"]
    assert listed.complete
    assert not list_locks(limit=1).complete
    shown = lock_on("web-1")
    assert (shown.holder.ticket, shown.holder.node, shown.holder.heartbeats) == (1000, "node-a.12", 1)
    assert [waiting.node for waiting in shown.waiting] == ["node-b.7"]

    release("web-1", 1000)

    assert lock_on("web-1").holder.ticket == 1001
    with pytest.raises(NotFound, match="not in the queue"):
        release("web-1", 1000)
