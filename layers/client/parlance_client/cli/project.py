"""The project's files, in and out."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from parlance.domain.project import is_project_file
from parlance_client.cli.connection import client
from parlance_client.cli.output import AsJson, Yes, confirm, plain, print_json, say
from parlance_client.errors import Failed

if TYPE_CHECKING:
    from parlance.domain.project import Problem

Source = Annotated[Path, typer.Argument(exists=True, help="A Rasa project: its folder, or a zip of it.")]
Target = Annotated[Path, typer.Argument(help="A folder, or a file that ends with .zip.")]


def import_project(context: typer.Context, path: Source, yes: Yes = False, as_json: AsJson = False) -> None:
    """Replace the workbench's project by a Rasa project; shows what changes and asks.

    Code, credentials and endpoints stay outside. If somebody changes the project meanwhile, nothing is overwritten.
    """
    given = _unpacked(path) if path.is_file() else _gathered(path)
    if not given:
        raise Failed(f"{path} holds no file of a Rasa project (config.yml, domain.yml, data/...).")
    project = client(context).project
    known = project.read()
    if change := _change(known.project.files, given):
        confirm(f"{change}. Go on?", yes=yes)
    made = project.replace(given, etag=known.etag)
    if as_json:
        print_json({"files": sorted(made.files), "problems": made.problems})
        return
    say(f"{len(made.files)} files imported.")
    _tell(made.problems)


def export_project(context: typer.Context, path: Target, yes: Yes = False) -> None:
    """Write the workbench's project into a folder or a zip."""
    files = client(context).project.read().project.files
    if path.suffix == ".zip":
        if path.exists():
            confirm(f"{path} exists: overwrite it?", yes=yes)
        path.write_bytes(_packed(files))
    else:
        present = [name for name in files if (path / name).exists()]
        if present:
            confirm(f"{len(present)} files in {path} will be overwritten. Go on?", yes=yes)
        _write(path, files)
    say(f"{len(files)} files exported to {path}.")


def _gathered(folder: Path) -> dict[str, str]:
    """Return what a project keeps; everything else in the folder is not even read."""
    files = {path.relative_to(folder).as_posix(): path for path in sorted(folder.rglob("*")) if path.is_file()}
    return {name: _text(name, path.read_bytes()) for name, path in files.items() if is_project_file(name)}


def _unpacked(path: Path) -> dict[str, str]:
    try:
        with zipfile.ZipFile(path) as archive:
            names = [name for name in archive.namelist() if not name.endswith("/")]
            tops = [name for name in names if name.rpartition("/")[2] == "config.yml"]
            top = min(tops, key=len, default="").removesuffix("config.yml")
            bare = {name.removeprefix(top): name for name in names if name.startswith(top)}
            return {name: _text(name, archive.read(whole)) for name, whole in bare.items() if is_project_file(name)}
    except zipfile.BadZipFile as error:
        raise Failed(f"{path} is no zip.") from error


def _text(name: str, content: bytes) -> str:
    try:
        return content.decode()
    except UnicodeDecodeError as error:
        raise Failed(f"{name} is not UTF-8 text.") from error


def _packed(files: dict[str, str]) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in sorted(files.items()):
            archive.writestr(name, text)
    return target.getvalue()


def _write(folder: Path, files: dict[str, str]) -> None:
    for name, text in files.items():
        if not is_project_file(name):
            raise Failed(f"{plain(name)} is no place for a project's file: nothing more was written.")
        target = folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8", newline="")


def _change(old: dict[str, str], new: dict[str, str]) -> str:
    """Say what an import does to the project; nothing when it was empty or stays as it is."""
    if not old or old == new:
        return ""
    changed = sum(old[name] != new[name] for name in old.keys() & new.keys())
    return f"{len(new.keys() - old.keys())} files new, {changed} changed, {len(old.keys() - new.keys())} removed"


def _tell(problems: list[Problem]) -> None:
    for problem in problems:
        say(f"{problem.severity}: {problem.path}:{problem.line}: {problem.message}")
