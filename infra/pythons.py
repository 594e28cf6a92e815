"""`make test-pythons`: what runs on several Pythons, run on each of them that is on this machine.

The functions and the unit tests on 3.11 and 3.12 (everything else runs on the newest) with the pinned packages; what
runs inside Rasa, with all its tests, on 3.8 and 3.9 with the newest packages that these know (3.10 is pinned, and what
`make test` runs). Each has an environment of its own below build/pythons. Interpreters are found as `make install`
finds them; without one a sentence says so. `python -m infra.pythons 3.8 3.12` takes the named ones only.
"""

from __future__ import annotations

import os
import subprocess
import sys

from infra.local.bootstrap import ROOT, find_python, find_uv, install_uv, pyenv_pythons, say
from infra.package.contents import FUNCTIONS

OURS = (".", "layers/core/python", "layers/client", "layers/bridges")
PYTEST = ("-m", "pytest", "-q", "-p", "no:cacheprovider")
TESTS = (*PYTEST, "tests/unit", "--ignore=tests/unit/test_ui.py")
RASA_TESTS = (*PYTEST, "-W", "ignore", "layers/rasa/tests")
FOLDER = ROOT / "build" / "pythons"
IMPORTS = "; ".join(f"import functions.{name}.app" for name in FUNCTIONS)


def main(versions: list[str]) -> int:
    """Run all, or the versions named; 1 when something failed, 2 when there is no such version here."""
    if odd := [version for version in versions if version not in SUITES]:
        say(f"{', '.join(odd)}: only {', '.join(SUITES)} are run here")
        return 2
    failed = [version for version in versions or SUITES if not passes(version)]
    return int(bool(failed))


def passes(version: str) -> bool:
    """Run what is promised for this version; where there is no such interpreter, that is no failure."""
    python = found(version)
    if python is None:
        return True
    try:
        return SUITES[version](python, version)
    except subprocess.CalledProcessError:
        say(f"The packages for Python {version} could not be installed; uv says why above")
        return False


def functions_run(python: str, version: str) -> bool:
    """Import every function, then run the unit tests."""
    say(f"The functions and the unit tests on Python {version}")
    own = environment(python, version, ("sync", "--require-hashes", "requirements.lock"))
    packages = FOLDER / version / "lib" / f"python{version}" / "site-packages"
    (packages / "parlance.pth").write_text("".join(f"{ROOT / path}\n" for path in OURS))
    return ran(own, "-c", IMPORTS) and ran(own, *TESTS)


def rasas_part_runs(python: str, version: str) -> bool:
    """Run the tests of what runs inside Rasa."""
    say(f"What runs inside Rasa, and its tests, on Python {version}")
    return ran(
        environment(python, version, ("install", "-r", "layers/rasa/requirements.in", "-e", "layers/rasa")), *RASA_TESTS
    )


def found(version: str) -> str | None:
    """Return an interpreter of this version; where there is none, say so."""
    python = find_python([version], lambda wanted: [f"python{wanted}", *pyenv_pythons(wanted)])
    if python is None:
        say(f"Python {version} is not on this machine: left out")
    return python


def environment(python: str, version: str, filling: tuple[str, ...]) -> str:
    """Return the interpreter of an environment that `uv pip` has filled like this."""
    uv, folder = find_uv() or install_uv(), str(FOLDER / version)
    own = f"{folder}/bin/python"
    for command in (
        (uv, "venv", "--quiet", "--allow-existing", "--python", python, folder),
        (uv, "pip", filling[0], "--quiet", "--python", own, *filling[1:]),
    ):
        subprocess.run(command, cwd=ROOT, check=True)
    return own


def ran(*command: str) -> bool:
    """Run a program in the repository; tell whether it succeeded."""
    env = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1"}
    return subprocess.run(command, cwd=ROOT, env=env, check=False).returncode == 0


SUITES = {"3.11": functions_run, "3.12": functions_run, "3.8": rasas_part_runs, "3.9": rasas_part_runs}

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
