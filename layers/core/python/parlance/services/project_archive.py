"""The project as a zip, which lies in storage for whoever asked for it."""

from __future__ import annotations

from uuid import uuid4

import msgspec

from parlance.adapters import objects
from parlance.domain import project_zip
from parlance.services import project
from parlance.settings import settings


class Archive(msgspec.Struct, frozen=True):
    """Where a file can be read, for how many seconds, and its size in bytes."""

    url: str
    expires_in: int
    size: int


def pack() -> Archive:
    """Put a zip of all files into storage and return where it is for a quarter of an hour."""
    packed, bucket, key = project_zip.pack(project.export().files), settings().data_bucket, f"exports/{uuid4().hex}.zip"
    objects.put(bucket, key, packed)
    address = objects.reading_address(bucket, key, "project.zip", "application/zip")
    return Archive(address, objects.ADDRESS_LIFE, len(packed))
