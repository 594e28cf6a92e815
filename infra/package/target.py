"""What a package is built for: the interpreter that runs this, or AWS Lambda."""

from __future__ import annotations

import hashlib
import re
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path

import msgspec

from infra.local.bootstrap import find_uv
from infra.package.contents import DATA, MIGRATE, ROOT, WEB
from infra.package.failure import PackageError

AWS_PYTHON = (3, 13)
AWS_PLATFORM = "x86_64-manylinux_2_28"  # Amazon Linux 2023 has glibc 2.34
PINNED = re.compile(r"^([A-Za-z0-9._-]+)==\S+.*?(?=^\S|\Z)", re.MULTILINE | re.DOTALL)


class Target(msgspec.Struct, frozen=True, kw_only=True):
    """An interpreter's version, and the folder that holds the third-party packages built for it."""

    name: str
    python: tuple[int, int]
    site: Path

    @property
    def ships_bytecode(self) -> bool:
        """Tell whether this interpreter writes bytecode that the target can read."""
        return sys.version_info[:2] == self.python and sys.implementation.name == "cpython"


def here() -> Target:
    """Return this interpreter and what is installed in it: the emulator runs functions in the same one."""
    return Target(name="here", python=sys.version_info[:2], site=Path(sysconfig.get_path("purelib")))


def aws(build: Path) -> Target:
    """Return AWS Lambda; installs the pinned wheels for it into the build folder, once for each lock file."""
    wanted = locked_requirements((ROOT / "requirements.lock").read_text(), (*DATA, *WEB, *MIGRATE))
    site = build / f"site-aws-{hashlib.sha256(wanted.encode()).hexdigest()[:16]}"
    if not site.exists():
        install(wanted, site)
    return Target(name="aws", python=AWS_PYTHON, site=site)


def install(requirements: str, site: Path) -> None:
    """Install wheels (nothing is built) for AWS Lambda, with their hashes checked; all or nothing."""
    partial = site.with_suffix(".partial")
    shutil.rmtree(partial, ignore_errors=True)
    partial.mkdir(parents=True)
    (partial / "requirements.txt").write_text(requirements)
    run_uv("--target", str(partial), "--requirement", str(partial / "requirements.txt"))
    partial.rename(site)


def run_uv(*options: str) -> None:
    """Run `uv pip install` for AWS Lambda; raises PackageError with uv's last words."""
    uv = find_uv()
    if uv is None:
        raise PackageError("Packages for AWS are fetched with uv, which is not here: `make install` brings it.")
    version = ".".join(map(str, AWS_PYTHON))
    fixed = ("--no-deps", "--require-hashes", "--only-binary", ":all:", "--quiet")
    where = ("--python-version", version, "--python-platform", AWS_PLATFORM)
    done = subprocess.run([uv, "pip", "install", *fixed, *where, *options], capture_output=True, text=True, check=False)
    if done.returncode:
        raise PackageError(f"uv could not fetch the packages for AWS: {' '.join(done.stderr.split())[-300:]}")


def locked_requirements(lock: str, names: tuple[str, ...]) -> str:
    """Return a lock file's entries for these distributions, hashes included; raises PackageError on a gap."""
    entries = {normal(found[1]): found[0] for found in PINNED.finditer(lock)}
    missing = [name for name in names if normal(name) not in entries]
    if missing:
        raise PackageError(f"requirements.lock does not pin {', '.join(missing)}: compile it again.")
    return "".join(entries[normal(name)] for name in names)


def normal(name: str) -> str:
    """Return a distribution's name in the one spelling that all its spellings share."""
    return re.sub(r"[-_.]+", "-", name).lower()
