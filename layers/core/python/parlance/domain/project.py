"""A Rasa project as files: what may be in it, and what is wrong with it."""

from __future__ import annotations

import hashlib
import re
from pathlib import PurePosixPath
from typing import Literal

import msgspec

from parlance.domain.errors import Invalid, TooLarge

FILE_LIMIT = 2 * 1024 * 1024
PROJECT_LIMIT = 5 * 1024 * 1024
"""In bytes: together with JSON's escapes it must pass through one Lambda call (6 MB)."""
FILES_LIMIT = 1000
PATH_LIMIT = 300
YAML = (".yml", ".yaml")
TEXT = (*YAML, ".json", ".txt", ".csv", ".md")
FOLDERS = ("data", "domain", "tests", "lookups")
CONFIG = "config.yml"
DOMAIN = "domain.yml"
TOP = (CONFIG, DOMAIN, "README.md")
PART = re.compile(r"\w[\w. +()-]{0,99}")

Files = dict[str, str]
"""Texts by path; a path is relative and has slashes."""


class Problem(msgspec.Struct, frozen=True, kw_only=True):
    """Something wrong in a project's file; an `error` keeps it from being trained, a `warning` does not."""

    path: str
    line: int
    severity: Literal["error", "warning"]
    message: str


class StoredFile(msgspec.Struct, frozen=True, kw_only=True):
    """A project's file as it is kept, with what was found wrong in it."""

    path: str
    content: str
    version: int
    problems: tuple[Problem, ...] = ()


class Project(msgspec.Struct, frozen=True, kw_only=True):
    """The project as it is stored now, and what is wrong with it."""

    files: Files
    problems: list[Problem]
    left_out: list[str] = []
    """What an import brought and the project does not keep: code, credentials, endpoints."""


class Unsafe(Invalid):
    """A file that is not even stored: the message names it and the line."""

    code = "UnsafeProject"


def sorted_out(files: Files) -> tuple[Files, list[str]]:
    """Return a project's files, and the paths that are none of its business; raises Unsafe for one that leads out."""
    for path in files:
        check_path(path)
    kept = {path: text for path, text in files.items() if is_project_file(path)}
    for path in kept:
        if not kept.keys().isdisjoint(str(parent) for parent in PurePosixPath(path).parents):
            raise Unsafe(f"{path} lies below another file.")
    return kept, sorted(files.keys() - kept.keys())


def check_path(path: str) -> None:
    """Raise Unsafe for a path that may lead out of a folder, here or where the project is unpacked."""
    plain = path.isprintable() and "\\" not in path and len(path) <= PATH_LIMIT
    if not plain or not {"", ".", ".."}.isdisjoint(path.split("/")):
        raise Unsafe(f"{path[:PATH_LIMIT]!r} is not a plain path inside a project.")


def is_project_file(path: str) -> bool:
    """Whether a path is one that a project keeps: not code, not the installation's endpoints and credentials."""
    folder, *rest = path.split("/")
    return path in TOP or (folder in FOLDERS and bool(rest) and path.endswith(TEXT) and all(map(PART.fullmatch, rest)))


def check_sizes(files: Files) -> None:
    """Raise TooLarge when a file or the whole is over a limit, Unsafe when a text is no text."""
    if len(files) > FILES_LIMIT:
        raise TooLarge(f"A project may have at most {FILES_LIMIT} files.")
    sizes = {path: _size(path, text) for path, text in files.items()}
    for path, size in sizes.items():
        if size > FILE_LIMIT:
            raise TooLarge(f"{path} is larger than {FILE_LIMIT} bytes.")
    if sum(sizes.values()) > PROJECT_LIMIT:
        raise TooLarge(f"The project is larger than {PROJECT_LIMIT} bytes.")


def _size(path: str, text: str) -> int:
    try:
        size = len(text.encode())
    except UnicodeEncodeError as error:
        raise Unsafe(f"{path} holds half a character at position {error.start}.") from error
    if "\x00" in text:
        raise Unsafe(f"{path} holds a NUL character.")
    return size


def is_yaml(path: str) -> bool:
    """Whether the file is read as YAML."""
    return path.endswith(YAML)


def is_domain(path: str) -> bool:
    """Whether the file is the domain, or a part of one that is split over a folder."""
    return path == DOMAIN or (path.startswith("domain/") and is_yaml(path))


def missing_parts(paths: set[str]) -> list[Problem]:
    """Say what a project needs and has not."""
    wanted = {CONFIG: CONFIG in paths, DOMAIN: any(map(is_domain, paths))}
    return [
        Problem(path=path, line=1, severity="error", message=f"The project has no {path}.")
        for path, is_there in wanted.items()
        if not is_there
    ]


def fingerprint(files: Files) -> str:
    """Return the sha256 of all paths and texts: the same project has the same one, whatever the order."""
    digest = hashlib.sha256()
    for path in sorted(files):
        for part in (path.encode(), files[path].encode()):
            digest.update(len(part).to_bytes(8, "big") + part)
    return digest.hexdigest()
