"""What is too large for a function's answer is put into storage, where whoever asked fetches it."""

from __future__ import annotations

from uuid import uuid4

from parlance.adapters import objects
from parlance.domain.sections import fits
from parlance.settings import settings

__all__ = ["deposit", "fits"]


def deposit(text: str, media: str) -> str:
    """Keep an answer for a day; return the address at which it can be read for some minutes."""
    bucket, key = settings().data_bucket, f"exports/{uuid4().hex}"
    objects.put(bucket, key, text.encode())
    return objects.reading_address(bucket, key, "answer", media)
