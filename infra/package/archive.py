"""Zips that depend on their contents only, with bytecode beside every module."""

from __future__ import annotations

import hashlib
import py_compile
import sys
import tempfile
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

EPOCH = (1980, 1, 1, 0, 0, 0)  # the earliest that a zip can say
READABLE = 0o100644 << 16


def fingerprint(files: Iterable[tuple[str, Path]], *facts: str) -> str:
    """Return a short name for a package's inputs: its files, and whatever else decides the result."""
    digest = hashlib.sha256("\0".join(facts).encode())
    for name, path in sorted(files):
        digest.update(f"\0{name}\0".encode() + hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()[:16]


def write_zip(target: Path, files: Iterable[tuple[str, Path]], *, mount: str, bytecode: bool) -> None:
    """Write a zip: same contents, same bytes. Appears complete or not at all."""
    partial = target.with_suffix(".partial")
    with zipfile.ZipFile(partial, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive:
        for name, path in sorted(files):
            archive.writestr(entry(name), path.read_bytes())
            if bytecode and name.endswith(".py"):
                for compiled, content in compile_module(name, path, mount):
                    archive.writestr(entry(compiled), content)
    partial.rename(target)


def entry(name: str) -> zipfile.ZipInfo:
    """Return a member that is readable by whoever runs the function and carries no time of day."""
    info = zipfile.ZipInfo(name, EPOCH)
    info.external_attr = READABLE
    info.compress_type = zipfile.ZIP_DEFLATED
    return info


def compile_module(name: str, path: Path, mount: str) -> Iterator[tuple[str, bytes]]:
    """Yield the module's bytecode, never checked against its source: /var/task is read-only and nothing there changes.

    A module that does not compile (some packages ship templates as .py) goes without.
    """
    folder, _, file = name.rpartition("/")
    with tempfile.NamedTemporaryFile() as output:
        try:
            py_compile.compile(
                str(path),
                cfile=output.name,
                dfile=f"{mount}/{name}",
                doraise=True,
                invalidation_mode=py_compile.PycInvalidationMode.UNCHECKED_HASH,
            )
        except py_compile.PyCompileError:
            return
        yield f"{folder}/__pycache__/{file[:-3]}.{sys.implementation.cache_tag}.pyc", Path(output.name).read_bytes()
