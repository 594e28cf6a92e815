"""A model file as it streams by: read once, never unpacked, refused when it would be harmful to unpack."""

from __future__ import annotations

import tarfile
import zlib
from pathlib import PurePosixPath
from typing import IO, Any, NoReturn

from parlance.domain.errors import Invalid
from parlance.domain.models import Metadata, read_metadata

METADATA = "metadata.json"
METADATA_LIMIT = 32 * 1024 * 1024
UNPACKED_LIMIT = 8 * 1024**3
MEMBERS_LIMIT = 10_000
USUAL, RATIO = 256 * 1024 * 1024, 100
"""A model may unpack to the first, however small it is, or to so many times its size: real ones do to three times."""
HEADER_LIMIT = 64 * 1024
HOLES = "a file in it has holes"
LONG_HEADERS = frozenset({
    tarfile.XHDTYPE, tarfile.XGLTYPE, tarfile.SOLARIS_XHDTYPE, tarfile.GNUTYPE_LONGNAME, tarfile.GNUTYPE_LONGLINK,
})  # fmt: skip


class Member(tarfile.TarInfo):
    """A member's header: one that announces a long name reads it into memory, so it may not announce any length.

    Nor may it announce holes, whose places are read before anybody can say how many are too many: no model has any.
    """

    @classmethod
    def frombuf(cls, buf: bytes | bytearray, encoding: str, errors: str) -> Member:
        """Read a header; raises Invalid for one that is too long."""
        found = super().frombuf(buf, encoding, errors)
        if found.type in LONG_HEADERS and found.size > HEADER_LIMIT:
            raise _bad("a header in it is too long")
        if found.type == tarfile.GNUTYPE_SPARSE:
            raise _bad(HOLES)
        return found

    def _refuse_holes(self, *_: Any) -> NoReturn:
        raise _bad(HOLES)

    _proc_gnusparse_00 = _proc_gnusparse_01 = _proc_gnusparse_10 = _refuse_holes


def inspect(stream: IO[bytes] | Any, size: int) -> Metadata:
    """Return the metadata of a model (`.tar.gz` of `size` bytes); raises Invalid for anything else, or a harmful one.

    It is judged by what its headers announce, before that is unpacked.
    """
    try:
        with tarfile.open(fileobj=stream, mode="r|gz", tarinfo=Member) as archive:
            return _inspect(archive, min(UNPACKED_LIMIT, max(USUAL, RATIO * size)))
    except (tarfile.TarError, zlib.error, EOFError, OSError, RecursionError, ValueError) as error:
        raise _bad(f"it is not a tar.gz file ({error})") from error


def _inspect(archive: tarfile.TarFile, room: int) -> Metadata:
    found: Metadata | None = None
    unpacked = 0
    for number, member in enumerate(archive):
        unpacked += member.size
        if unpacked > room or number > MEMBERS_LIMIT:
            raise _bad("it unpacks to more than a model may")
        _check(member)
        if member.name.removeprefix("./") == METADATA and member.isfile():
            found = read_metadata(_content(archive, member))
    if found is None:
        raise _bad(f"it holds no {METADATA}")
    return found


def _check(member: tarfile.TarInfo) -> None:
    path = PurePosixPath(member.name)
    if path.is_absolute() or ".." in path.parts or "\\" in member.name or not (member.isfile() or member.isdir()):
        raise _bad(f"{member.name[:200]!r} leads out of it or is no plain file")


def _content(archive: tarfile.TarFile, member: tarfile.TarInfo) -> bytes:
    source = archive.extractfile(member)
    if source is None or member.size > METADATA_LIMIT:
        raise _bad(f"its {METADATA} is too large")
    return source.read()


def _bad(why: str) -> Invalid:
    return Invalid(f"The model cannot be kept: {why}.", code="ModelSaveError")
