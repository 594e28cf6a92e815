"""Builds what has changed: a package's file is named after its inputs, so an unchanged one is already there."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from infra.package.archive import fingerprint, write_zip
from infra.package.contents import PACKAGES, ROOT, Package, distribution, own_files
from infra.package.failure import PackageError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from infra.package.target import Target

BUILDER = Path(__file__).parent


class Artifact(msgspec.Struct, frozen=True, kw_only=True):
    """One file to upload below the prefix."""

    key: str
    path: Path


class Build(msgspec.Struct, frozen=True, kw_only=True):
    """Everything a deployment uploads, and how the template finds it."""

    artifacts: tuple[Artifact, ...]
    template: str
    """Key of the template itself."""
    parameters: dict[str, str]
    """The template's parameters that name the packages and the folder of nested templates."""


def build_all(target: Target, folder: Path, progress: Callable[[str, float], None]) -> Build:
    """Build every package into `folder`, unless it is there already, and return them with the templates."""
    folder.mkdir(parents=True, exist_ok=True)
    packages = {}
    for done, package in enumerate(PACKAGES):
        progress(f"package {package.name}", done / len(PACKAGES))
        packages[package.parameter] = build_one(package, target, folder)
    remove_old(folder, packages.values())
    progress("packages", 1.0)
    stacks, nested = nested_templates()
    template = Artifact(key=f"template-{fingerprint([('', ROOT / 'template.yaml')])}.yaml", path=ROOT / "template.yaml")
    return Build(
        artifacts=(*packages.values(), *nested, template),
        template=template.key,
        parameters={
            **{name: package.key for name, package in packages.items()},
            "Stacks": stacks,
            "Version": version(),
        },
    )


def build_one(package: Package, target: Target, folder: Path) -> Artifact:
    """Build one package unless it is there; raises PackageError when a file or distribution is missing."""
    try:
        own = [file for source, place in package.own for file in own_files(ROOT / source, place)]
        key = f"{package.name}-{fingerprint([*own, *builder()], *facts(package, target))}.zip"
        if not (folder / key).exists():
            files = package.files(target.site)
            write_zip(folder / key, files, mount=package.mount, bytecode=target.ships_bytecode)
    except (LookupError, OSError) as error:
        raise PackageError(f"The package {package.name} cannot be built: {error}.") from error
    return Artifact(key=key, path=folder / key)


def facts(package: Package, target: Target) -> Iterator[str]:
    """Yield what else decides a package: the interpreter, and third-party files by their recorded hashes."""
    yield f"{target.name} {target.python} {target.ships_bytecode and sys.implementation.cache_tag}"
    for name in package.third_party:
        yield distribution(name, target.site).read_text("RECORD") or ""


def builder() -> list[tuple[str, Path]]:
    """Return the files whose change changes every package."""
    return [(name, BUILDER / name) for name in ("archive.py", "contents.py")]


def nested_templates() -> tuple[str, list[Artifact]]:
    """Return the nested templates and the key of their folder, which is named after their contents."""
    nested = [(path.name, path) for path in sorted((ROOT / "infra" / "stacks").glob("*.yaml"))]
    folder = f"stacks-{fingerprint(nested)}"
    return folder, [Artifact(key=f"{folder}/{name}", path=path) for name, path in nested]


def version() -> str:
    """Return the release that is being packaged."""
    source = (ROOT / "layers/core/python/parlance/domain/version.py").read_text()
    found = re.search(r'^VERSION = "(.+)"', source, re.MULTILINE)
    if found is None:
        raise PackageError("parlance.domain.version names no VERSION.")
    return found[1]


def remove_old(folder: Path, artifacts: Iterable[Artifact]) -> None:
    """Remove packages of earlier builds, and what an interrupted build left."""
    current = {artifact.path for artifact in artifacts}
    for path in [*folder.glob("*.zip"), *folder.glob("*.partial")]:
        if path not in current:
            path.unlink()
