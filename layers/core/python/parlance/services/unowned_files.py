"""Files of models that are being taken in: noted in storage until a model owns them, so that no outage leaves one."""

from __future__ import annotations

import math
import time
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING
from uuid import uuid4

from parlance.adapters import models, objects
from parlance.domain.errors import Conflict, Invalid, Unavailable
from parlance.domain.models import SUFFIX
from parlance.settings import settings

if TYPE_CHECKING:
    from collections.abc import Iterator

NOTES = "unowned/"
EVERY_S = 3600.0
_looked: dict[str, float] = {}
"""When this process looked, by bucket."""
PATIENCE = timedelta(hours=1)
"""So long a file may wait for its model: no function runs a quarter of that."""


@contextmanager
def new_file() -> Iterator[str]:
    """Give a key for a model's file, which is removed again when the model is refused, or by `remove_unowned`."""
    bucket, note = settings().models_bucket, f"{NOTES}{uuid4().hex}"
    objects.put(bucket, note, b"")
    try:
        yield _key(note)
    except (Invalid, Conflict):
        _forget(bucket, note)
        raise
    with suppress(Unavailable):  # a model owns it now: the note goes later
        objects.delete(bucket, note)


def look_for_unowned() -> int:
    """Do `remove_unowned` where this process has not for an hour: a look costs money, and sweeps come every minute."""
    bucket, now = settings().models_bucket, time.monotonic()
    if now - _looked.get(bucket, -math.inf) < EVERY_S:
        return 0
    removed = remove_unowned()
    _looked[bucket] = now
    return removed


def remove_unowned() -> int:
    """Remove the files whose taking in was cut short, maybe between copy and model; returns how many notes told of one.

    Raises Unavailable.
    """
    bucket, left = settings().models_bucket, 0
    for note in objects.older(bucket, NOTES, datetime.now(UTC) - PATIENCE) if bucket else ():
        if models.owns(_key(note)):
            objects.delete(bucket, note)
        else:
            _forget(bucket, note)
            left += 1
    return left


def _forget(bucket: str, note: str) -> None:
    objects.delete(bucket, _key(note))
    objects.delete(bucket, note)


def _key(note: str) -> str:
    return f"models/{note.removeprefix(NOTES)}{SUFFIX}"
