"""A model file as it streams by: read once, never unpacked, refused when it would be harmful to unpack."""

from __future__ import annotations

import tarfile
import zlib
from pathlib import PurePosixPath
from typing import IO, Any

from parlance.domain.errors import Invalid
from parlance.domain.models import Metadata, read_metadata

METADATA = "metadata.json"
METADATA_LIMIT = 32 * 1024 * 1024
UNPACKED_LIMIT = 8 * 1024**3
MEMBERS_LIMIT = 10_000


def inspect(stream: IO[bytes] | Any) -> Metadata:
    """Return the metadata of a model (`.tar.gz`); raises Invalid for anything else, or one that reaches out."""
    try:
        with tarfile.open(fileobj=stream, mode="r|gz") as archive:
            return _inspect(archive)
    except (tarfile.TarError, zlib.error, EOFError, OSError) as error:
        raise _bad(f"it is not a tar.gz file ({error})") from error


def _inspect(archive: tarfile.TarFile) -> Metadata:
    found: Metadata | None = None
    unpacked = 0
    for number, member in enumerate(archive):
        unpacked += member.size
        _check(member, number, unpacked)
        if member.name.removeprefix("./") == METADATA and member.isfile():
            found = read_metadata(_content(archive, member))
    if found is None:
        raise _bad(f"it holds no {METADATA}")
    return found


def _check(member: tarfile.TarInfo, number: int, unpacked: int) -> None:
    path = PurePosixPath(member.name)
    if path.is_absolute() or ".." in path.parts or "\\" in member.name or not (member.isfile() or member.isdir()):
        raise _bad(f"{member.name[:200]!r} leads out of it or is no plain file")
    if unpacked > UNPACKED_LIMIT or number > MEMBERS_LIMIT:
        raise _bad("it unpacks to more than a model may")


def _content(archive: tarfile.TarFile, member: tarfile.TarInfo) -> bytes:
    source = archive.extractfile(member)
    if source is None or member.size > METADATA_LIMIT:
        raise _bad(f"its {METADATA} is too large")
    return source.read()


def _bad(why: str) -> Invalid:
    return Invalid(f"The model cannot be kept: {why}.", code="ModelSaveError")
