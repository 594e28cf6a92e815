"""A project as one zip: the snapshot that a task trains, and what people bring along. No file is ever written."""

from __future__ import annotations

import io
import stat
import struct
import zipfile
import zlib
from typing import TYPE_CHECKING

from parlance.domain.errors import Invalid, TooLarge
from parlance.domain.project import FILES_LIMIT, PROJECT_LIMIT, Unsafe, check_path, is_project_file

if TYPE_CHECKING:
    from parlance.domain.project import Files

EPOCH = (1980, 1, 1, 0, 0, 0)
PLAIN = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED})
DAMAGED = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    NotImplementedError,
    EOFError,
    OSError,
    RuntimeError,
    ValueError,
)
"""What zipfile raises where the bytes are not what they claim."""


def pack(files: Files) -> bytes:
    """Return a zip of the files, the same bytes for the same project."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted(files):
            archive.writestr(zipfile.ZipInfo(path, EPOCH), files[path].encode(), zipfile.ZIP_DEFLATED)
    return target.getvalue()


def unpack(body: bytes) -> Files:
    """Return a zip's texts by path; files that no project keeps come with an empty text, their contents unread.

    One folder around everything is dropped. Raises Invalid for what is no zip; Unsafe for links, doubles, encrypted
    entries and paths that lead out; TooLarge for more than a project may have, whatever the entries claim.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(body)) as archive:
            entries = [entry for entry in archive.infolist() if not entry.is_dir()]
            _check(entries)
            return _texts(archive, entries)
    except DAMAGED as error:
        raise Invalid("The body is not a zip that can be read.", code="InvalidZip") from error


def _check(entries: list[zipfile.ZipInfo]) -> None:
    if len(entries) > FILES_LIMIT:
        raise TooLarge(f"A project may have at most {FILES_LIMIT} files.")
    if len({entry.filename for entry in entries}) < len(entries):
        raise Unsafe("The zip holds two files of one name.")
    for entry in entries:
        check_path(entry.filename)
        mode = entry.external_attr >> 16
        is_file = stat.S_IFMT(mode) in {0, stat.S_IFREG}
        if not is_file or entry.flag_bits & 1 or entry.compress_type not in PLAIN:
            raise Unsafe(f"{entry.filename!r} is a link, a device, encrypted or packed in an unusual way.")


def _texts(archive: zipfile.ZipFile, entries: list[zipfile.ZipInfo]) -> Files:
    texts: Files = {}
    room = PROJECT_LIMIT
    prefix = _prefix([entry.filename for entry in entries])
    for entry in entries:
        path = entry.filename[len(prefix) :]
        content = _read(archive, entry, room) if is_project_file(path) else b""
        room -= len(content)
        texts[path] = _decoded(path, content)
    return texts


def _read(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, room: int) -> bytes:
    with archive.open(entry) as source:
        content = source.read(room + 1)
    if len(content) > room:
        raise TooLarge(f"The project is larger than {PROJECT_LIMIT} bytes.")
    return content


def _decoded(path: str, content: bytes) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Invalid(f"{path} is not UTF-8 text.", code="InvalidZip") from error


def _prefix(paths: list[str]) -> str:
    """Return the one folder that holds everything, as hosts of repositories wrap their zips, or nothing."""
    folders = {path.partition("/")[0] for path in paths}
    is_wrapped = len(folders) == 1 and all("/" in path for path in paths) and not any(map(is_project_file, paths))
    return f"{folders.pop()}/" if is_wrapped else ""
