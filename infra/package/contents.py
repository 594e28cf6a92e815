"""Which files are in which package."""

from __future__ import annotations

from importlib.metadata import Distribution
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).resolve().parents[2]
FUNCTIONS = ("api", "events", "jobs", "sweep", "migrate", "live")
DATA = (
    "msgspec",
    "redis",
    "pg8000",
    "scramp",
    "asn1crypto",
    "python-dateutil",
    "six",
    "sqlalchemy",
    "typing-extensions",
)
WEB = ("chalice", "pyjwt", "cryptography", "cffi", "argon2-cffi", "argon2-cffi-bindings", "ruamel.yaml")
MIGRATE = ("alembic", "mako", "markupsafe")

# A Lambda needs two files of chalice (its own packager ships the same two); the rest is a command line of 50 MB.
ONLY = {"chalice": ("chalice/__init__.py", "chalice/app.py", "chalice/py.typed")}
LEFT_OUT_SUFFIXES = (".pyc", ".pyi", ".pyx", ".pxd", ".c", ".h", ".so.dSYM")
LEFT_OUT_PARTS = {
    "__pycache__",
    "tests",
    "testing",
    "RECORD",
    "INSTALLER",
    "REQUESTED",
    "direct_url.json",
    "uv_cache.json",
}


class Package(msgspec.Struct, frozen=True, kw_only=True):
    """One zip: its name, the template's parameter that says which build of it is deployed, where Lambda unpacks it."""

    name: str
    parameter: str
    mount: str
    folder: str = ""
    own: tuple[tuple[str, str], ...] = ()
    """Own folders as (folder in the repository, folder in the zip)."""
    third_party: tuple[str, ...] = ()

    def files(self, site: Path) -> Iterator[tuple[str, Path]]:
        """Yield (path in the zip, file) of everything in the package; distributions are taken from `site`."""
        for source, target in self.own:
            yield from own_files(ROOT / source, target)
        for name in self.third_party:
            yield from distribution_files(name, site, self.folder)


def function(name: str, third_party: tuple[str, ...] = ()) -> Package:
    """Return a function's package; its files keep their path, as handlers are `functions.<name>.app.<handler>`."""
    own = ((f"functions/{name}", f"functions/{name}"),)
    return Package(name=name, parameter=f"{name.title()}Package", mount="/var/task", own=own, third_party=third_party)


def layer(name: str, **contents: tuple[tuple[str, str], ...] | tuple[str, ...]) -> Package:
    """Return a layer's package; Lambda adds its folder `python` to the import path."""
    return msgspec.convert(
        {"name": name, "parameter": f"{name.title()}LayerPackage", "mount": "/opt", "folder": "python/", **contents},
        Package,
    )


PACKAGES = (
    layer("core", own=(("layers/core/python/parlance", "python/parlance"),)),
    layer("data", third_party=DATA),
    layer("web", third_party=WEB),
    *(function(name, MIGRATE if name == "migrate" else ()) for name in FUNCTIONS),
)


def own_files(folder: Path, target: str) -> Iterator[tuple[str, Path]]:
    """Yield a folder's files without what tools leave in it; raises LookupError when there are none."""
    found = [path for path in sorted(folder.rglob("*")) if path.is_file()]
    if not found:
        raise LookupError(f"{folder} is empty")
    for path in found:
        relative = path.relative_to(folder).as_posix()
        if is_shipped(relative):
            yield f"{target}/{relative}", path


def distribution_files(name: str, site: Path, folder: str) -> Iterator[tuple[str, Path]]:
    """Yield the files of an installed distribution; raises LookupError when it is not in `site`."""
    for file in distribution(name, site).files or ():
        relative = file.as_posix()
        if is_shipped(relative) and (name not in ONLY or relative in ONLY[name]):
            yield f"{folder}{relative}", site / relative


def distribution(name: str, site: Path) -> Distribution:
    """Return what is installed in `site` under that name."""
    found = next(iter(Distribution.discover(name=name, path=[str(site)])), None)
    if found is None:
        raise LookupError(f"{name} is not installed in {site}")
    return found


def is_shipped(relative: str) -> bool:
    """Tell whether a file belongs into a package; scripts outside of the import path, sources of C and tests do not."""
    parts = relative.split("/")
    return not (relative.startswith("../") or relative.endswith(LEFT_OUT_SUFFIXES) or LEFT_OUT_PARTS & set(parts))
