"""Makes the two Python environments that everything else runs in; standard library only, any Python from 3.8 on.

`python3 infra/local/bootstrap.py [workbench] [rasa]`: `.venv` from requirements.lock, `.venv-rasa` from
layers/rasa/requirements.lock, both pinned and checked by hash. A stamp makes a second run cost a tenth of a second.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from typing import NoReturn

ROOT = Path(__file__).resolve().parents[2]
TOOLS = ROOT / ".tools"
STAMP = "parlance-stamp"


class Environment(NamedTuple):
    """One virtual environment: where it is, what goes in, and what it costs on disk while it is made."""

    title: str
    folder: str
    lock: str
    project: str
    pythons: Sequence[str]
    gigabytes: float


ENVIRONMENTS: dict[str, Environment] = {
    "workbench": Environment("the workbench", ".venv", "requirements.lock", ".", ("3.13", "3.12", "3.11"), 1.5),
    "rasa": Environment("Rasa", ".venv-rasa", "layers/rasa/requirements.lock", "layers/rasa", ("3.10",), 4.5),
}


class BootstrapError(Exception):
    """The environment cannot be made; the text is one sentence that says what to do."""


def say(text: str) -> None:
    """Print a step's headline, bold where the terminal can."""
    bold, plain = ("\033[1;36m▸\033[0;1m ", "\033[0m") if sys.stderr.isatty() else ("> ", "")
    print(bold + text + plain, file=sys.stderr, flush=True)


def answers(command: Sequence[str]) -> str | None:
    """Return what a command prints, or None when it cannot run or fails (as pyenv's shims of other versions do)."""
    try:
        done = subprocess.run(list(command), stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, timeout=30, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return None
    return done.stdout.decode(errors="replace").strip() if done.returncode == 0 else None


def pyenv_pythons(version: str, root: str | None = None) -> list[str]:
    """List pyenv's interpreters of a version, newest first; uv does not look there."""
    folder = Path(root or os.environ.get("PYENV_ROOT") or Path.home() / ".pyenv")
    found = folder.glob("versions/" + version + ".*/bin/python")
    release = {str(path): [int(part) for part in path.parts[-3].split(".") if part.isdigit()] for path in found}
    return sorted(release, key=release.__getitem__, reverse=True)


def is_version(python: str, version: str) -> bool:
    """Tell whether an interpreter starts, is of this version, and can open encrypted connections."""
    return answers([python, "-c", "import ssl, sys; print('%d.%d' % sys.version_info[:2])"]) == version


def find_python(versions: Sequence[str], candidates: Callable[[str], list[str]] | None = None) -> str | None:
    """Return the first interpreter that works: this one, PATH, pyenv's folder; None leaves the search to uv."""
    listed = candidates or (lambda v: [sys.executable, shutil.which("python" + v) or "", *pyenv_pythons(v)])
    for version in versions:
        for python in filter(None, listed(version)):
            if is_version(python, version):
                return python
    return None


def find_uv() -> str | None:
    """Return a uv that starts: on PATH or ours."""
    places = [shutil.which("uv"), str(TOOLS / "bin" / "uv"), str(TOOLS / "lib" / "bin" / "uv")]
    return next((place for place in places if place and answers([place, "--version"])), None)


def install_uv() -> str:
    """Install uv into `.tools/`, by a virtual environment or, where Debian left that out, by pip alone."""
    say("Installing uv")
    python = sys.executable
    if run([python, "-m", "venv", str(TOOLS)], quiet=True):
        run([str(TOOLS / "bin" / "python"), "-m", "pip", "install", "--quiet", "uv"])
    if not find_uv():
        run([python, "-m", "pip", "install", "--quiet", "--target", str(TOOLS / "lib"), "uv"])
    uv = find_uv()
    if not uv:
        raise BootstrapError(
            f"uv is not here and {python} could not install it: connect to the network, and give this Python"
            " venv or pip (Debian: apt install python3-venv), or install uv yourself; then run the same command again."
        )
    return uv


def run(command: Sequence[str], *, quiet: bool = False) -> bool:
    """Run a command, its latest line shown in place; tell whether it succeeded, and show its last words if not."""
    try:
        child = subprocess.Popen(list(command), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, cwd=str(ROOT))
    except OSError:
        return False
    tail = follow(child, show=not quiet and sys.stderr.isatty())
    if child.wait() and not quiet:
        print("\n".join(tail[-15:]), file=sys.stderr)
    return child.returncode == 0


def follow(child: subprocess.Popen[bytes], *, show: bool) -> list[str]:
    """Read a child's output to its end and return the lines; on a terminal one line tells how far it is."""
    lines: list[str] = []
    for raw in child.stdout or ():
        lines.append(raw.decode(errors="replace").rstrip())
        if show:
            print(f"\r\033[K  {lines[-1].strip()[:100]}", end="", file=sys.stderr, flush=True)
    if show:
        print("\r\033[K", end="", file=sys.stderr, flush=True)
    return lines


def check_disk(gigabytes: float, folder: Path = ROOT) -> None:
    """Raise before anything is written when the disk cannot hold it."""
    free = shutil.disk_usage(str(folder)).free / 1e9
    if free < gigabytes:
        raise BootstrapError(
            f"The disk of {folder} has {free:.1f} GB free and the installation needs {gigabytes:.1f} GB:"
            " make room or clone onto a larger disk, then run the same command again."
        )


def fingerprint(env: Environment) -> str:
    """Return what the environment is made of, as a hash: the pinned packages and the project's own metadata."""
    parts = [(ROOT / env.lock).read_bytes(), (ROOT / env.project / "pyproject.toml").read_bytes(), str(ROOT).encode()]
    return hashlib.sha256(b"\0".join(parts)).hexdigest()


def is_current(env: Environment) -> bool:
    """Tell whether the environment was finished with today's pinned packages."""
    stamp = ROOT / env.folder / STAMP
    return stamp.is_file() and stamp.read_text() == fingerprint(env) and (ROOT / env.folder / "bin/python").exists()


def make_venv(env: Environment, uv: str) -> None:
    """Create the virtual environment on the first interpreter that fits; uv downloads one where none is found."""
    python = find_python(env.pythons)
    if not python:
        say(f"No Python {' / '.join(env.pythons)} found here: asking uv for one")
    if not run([uv, "venv", "--quiet", "--clear", "--python", python or env.pythons[0], env.folder]):
        raise BootstrapError(
            f"Python {env.pythons[0]} for {env.title} is neither on PATH nor in pyenv's folder, and uv could not"
            f" download it: install it (e.g. pyenv install {env.pythons[0]}) and run the same command again."
        )


def fill_venv(env: Environment, uv: str) -> None:
    """Install exactly the pinned packages and the project itself."""
    python = str(ROOT / env.folder / "bin" / "python")
    sync = [uv, "pip", "sync", "--python", python, "--require-hashes", env.lock]
    project = [uv, "pip", "install", "--quiet", "--python", python, "--no-deps", "--editable", env.project]
    if not (run(sync) and run(project)):
        raise BootstrapError(
            f"The packages of {env.title} could not be installed; uv says why above. The first installation needs"
            " the network (a package index or a mirror of one): put that right, then run the same command again."
        )


def make(env: Environment, uv: str) -> None:
    """Bring one environment up to date and stamp it last, so that an interrupted run is repeated."""
    stamp = ROOT / env.folder / STAMP
    if stamp.exists():
        stamp.unlink()
    say(f"Installing {env.title} ({env.folder})")
    if not find_python_of(env):
        make_venv(env, uv)
    fill_venv(env, uv)
    stamp.write_text(fingerprint(env))


def find_python_of(env: Environment) -> bool:
    """Tell whether the environment already has a working interpreter of a version that fits."""
    python = str(ROOT / env.folder / "bin" / "python")
    return any(is_version(python, version) for version in env.pythons)


@contextmanager
def one_at_a_time(place: Path, tell: Callable[[str], None]) -> Iterator[None]:
    """Wait until nobody else is inside with the same file, and tell who waits; whoever dies lets go."""
    with place.open() as turn:
        try:
            fcntl.flock(turn, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            tell("Another command installs here already: waiting for it")
            fcntl.flock(turn, fcntl.LOCK_EX)
        yield


def fail(sentence: str) -> NoReturn:
    """Say what is wrong in one sentence and end with exit code 1."""
    red, plain = ("\033[1;31m", "\033[0m") if sys.stderr.isatty() else ("", "")
    print(f"{red}✗ {sentence}{plain}", file=sys.stderr)
    raise SystemExit(1)


def main(names: Sequence[str]) -> None:
    """Make the named environments, or both; exits with 1 and one sentence when that is impossible."""
    wanted = [ENVIRONMENTS[name] for name in (names or ENVIRONMENTS)]
    try:
        if not all(map(is_current, wanted)):
            with one_at_a_time(ROOT / "requirements.lock", say):
                install([env for env in wanted if not is_current(env)])
    except BootstrapError as error:
        fail(str(error))
    except KeyboardInterrupt:
        fail("Stopped; the same command goes on where this one ended.")


def install(stale: Sequence[Environment]) -> None:
    """Make these environments; raises BootstrapError with one sentence when that is impossible."""
    check_disk(sum(env.gigabytes for env in stale))
    uv = find_uv() or install_uv()
    for env in stale:
        make(env, uv)


if __name__ == "__main__":
    main(sys.argv[1:])
