"""What a model file may hold: it is read as it streams by, and refused before it could harm who unpacks it."""

from __future__ import annotations

import gzip
import io
import json
import tarfile
import tracemalloc

import pytest

from parlance.domain.errors import Invalid
from parlance.domain.model_archive import inspect

METADATA = json.dumps({"trained_at": "2026-11-22T10:00:00", "rasa_open_source_version": "3.6.21"}).encode()
MEGABYTE = 1024 * 1024


def packed(*members: tarfile.TarInfo) -> bytes:
    """A model with these members before its metadata."""
    target = io.BytesIO()
    with tarfile.open(fileobj=target, mode="w:gz", format=tarfile.GNU_FORMAT) as archive:
        for one in members:
            archive.addfile(one, io.BytesIO(bytes(one.size)))
        about = member("metadata.json", size=len(METADATA))
        archive.addfile(about, io.BytesIO(METADATA))
    return target.getvalue()


def member(name: str, **attributes: object) -> tarfile.TarInfo:
    info = tarfile.TarInfo(name)
    for attribute, value in attributes.items():
        setattr(info, attribute, value)
    return info


def judged(body: bytes) -> str:
    return inspect(io.BytesIO(body), len(body)).rasa_open_source_version


def test_a_model_is_read() -> None:
    assert judged(packed(member("components/a.bin", size=1000), member("components", type=tarfile.DIRTYPE))) == "3.6.21"


@pytest.mark.parametrize("name", ["/etc/passwd", "../x", "a/../../x", "..", "a\\..\\x", "C:\\x", "./../x"])
@pytest.mark.parametrize("kind", [tarfile.REGTYPE, tarfile.DIRTYPE])
def test_names_that_lead_out_are_refused(name: str, kind: bytes) -> None:
    with pytest.raises(Invalid, match="leads out"):
        judged(packed(member(name, type=kind)))


@pytest.mark.parametrize("kind", [tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.CHRTYPE, tarfile.BLKTYPE, tarfile.FIFOTYPE])
def test_links_and_devices_are_refused(kind: bytes) -> None:
    with pytest.raises(Invalid, match="no plain file"):
        judged(packed(member("components/x", type=kind, linkname="metadata.json")))


def test_a_bomb_is_refused_before_it_is_unpacked() -> None:
    for size in (9 * 1024**3, 300 * MEGABYTE):  # more than any model has; far more than the file's own size allows
        with pytest.raises(Invalid, match="unpacks to more"):
            judged(gzip.compress(member("components/zeros", size=size).tobuf(tarfile.GNU_FORMAT)))


def test_many_members_are_refused() -> None:
    with pytest.raises(Invalid, match="unpacks to more"):
        judged(packed(*(member(f"components/{number}") for number in range(10_002))))


@pytest.mark.parametrize("kind", [tarfile.XHDTYPE, tarfile.XGLTYPE, tarfile.GNUTYPE_LONGNAME, tarfile.GNUTYPE_LONGLINK])
def test_a_header_that_would_fill_the_memory_is_refused(kind: bytes) -> None:
    head = member("x", type=kind, size=64 * MEGABYTE).tobuf(tarfile.GNU_FORMAT)
    body = gzip.compress(head + bytes(64 * MEGABYTE), 1)
    tracemalloc.start()

    with pytest.raises(Invalid, match="header"):
        judged(body)

    assert tracemalloc.get_traced_memory()[1] < 8 * MEGABYTE
    tracemalloc.stop()


def with_headers(**headers: str) -> bytes:
    """A model whose first member says this of itself, in the extended headers of POSIX."""
    target = io.BytesIO()
    with tarfile.open(fileobj=target, mode="w:gz", format=tarfile.PAX_FORMAT) as archive:
        archive.addfile(member("components/a.bin", pax_headers={f"GNU.sparse.{key}": headers[key] for key in headers}))
    return target.getvalue()


@pytest.mark.parametrize(
    "headers",
    [
        {"map": "a,b"},
        {"size": "x"},
        {"major": "1", "minor": "0", "realsize": "q", "name": "x"},
        {"major": "1", "minor": "0", "realsize": "1", "name": "x"},
    ],
)
def test_files_with_holes_are_refused(headers: dict[str, str]) -> None:
    with pytest.raises(Invalid):
        judged(with_headers(**headers))


@pytest.mark.parametrize("kind", ["pax", "gnu"])
def test_holes_without_end_do_not_fill_the_memory(kind: str) -> None:
    if kind == "pax":
        opened = gzip.decompress(with_headers(major="1", minor="0", realsize="1", name="x"))
        head = opened[: opened.index(b"components/a.bin", 1024) + 512] + b"9999999999\n"
    else:
        head = member("x", type=tarfile.GNUTYPE_SPARSE, size=1).tobuf(tarfile.GNU_FORMAT)
    body = gzip.compress(head + b"1\n" * (4 * MEGABYTE), 1)
    tracemalloc.start()

    with pytest.raises(Invalid, match="holes"):
        judged(body)

    assert tracemalloc.get_traced_memory()[1] < 8 * MEGABYTE
    tracemalloc.stop()


def test_long_names_that_follow_each_other_without_end_are_refused() -> None:
    head = member("././@LongLink", type=tarfile.GNUTYPE_LONGNAME, size=1).tobuf(tarfile.GNU_FORMAT) + bytes(512)

    with pytest.raises(Invalid, match=r"no tar.gz|not a tar.gz"):
        judged(gzip.compress(head * 2000))


@pytest.mark.parametrize("kept", [0, 10, 50, 0.5])
def test_a_file_that_was_cut_off_is_refused(kept: float) -> None:
    body = packed(member("components/a.bin", size=100_000))

    with pytest.raises(Invalid):
        judged(body[: int(len(body) * kept) if kept < 1 else int(kept)])
