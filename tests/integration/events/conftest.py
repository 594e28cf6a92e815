"""What the event service stands between: Rasa's tracker database, and topic and queues of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.support import queues
from tests.support.database import created, in_use

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.support.database import Database
    from tests.support.postgres import Postgres
    from tests.support.queues import Queues


@pytest.fixture
def tracker(postgres: Postgres, database: Database) -> Iterator[Database]:
    """An empty tracker database, in use beside the workbench's own."""
    with created(postgres, "template1") as place, in_use(place, "TRACKER_DATABASE_SECRET"):
        yield place


@pytest.fixture
def topic(cloud: str, database: Database) -> Iterator[Queues]:
    """Topic and queues of this test's own, in use."""
    with queues.created() as made:
        yield made
