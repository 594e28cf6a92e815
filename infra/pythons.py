"""`make test-pythons`: what runs on several Pythons, run on each of them that is on this machine.

The functions and the unit tests on 3.11 and 3.12 (everything else runs on the newest), each in an environment of its
own below build/pythons with the pinned packages; what is imported inside a Rasa container compiled by 3.8 and 3.9
(its tests run on 3.10). Interpreters are found as `make install` finds them; without one a sentence says so.
"""

from __future__ import annotations

import os
import subprocess
import sys

from infra.local.bootstrap import ROOT, find_python, find_uv, install_uv, pyenv_pythons, say
from infra.package.contents import FUNCTIONS

FUNCTION_PYTHONS, RASA_PYTHONS = ("3.11", "3.12"), ("3.8", "3.9")
OURS = (".", "layers/core/python", "layers/client", "layers/bridges")
TESTS = ("-m", "pytest", "tests/unit", "--ignore=tests/unit/test_ui.py", "-q", "-p", "no:cacheprovider")
FOLDER = ROOT / "build" / "pythons"
IMPORTS = "; ".join(f"import functions.{name}.app" for name in FUNCTIONS)


def main() -> int:
    """Run all; returns 1 when something failed."""
    return int(not all([*map(functions_run, FUNCTION_PYTHONS), *map(rasa_compiles, RASA_PYTHONS)]))


def functions_run(version: str) -> bool:
    """Import every function, then run the unit tests."""
    python = found(version)
    if python is None:
        return True
    own = environment(python, version)
    say(f"The functions and the unit tests on Python {version}")
    return ran(own, "-c", IMPORTS) and ran(own, *TESTS)


def rasa_compiles(version: str) -> bool:
    """Compile what is imported inside a Rasa container."""
    python = found(version)
    if python is None:
        return True
    say(f"What Rasa imports, compiled by Python {version}")
    code = "import ast, pathlib; [ast.parse(path.read_text()) for path in pathlib.Path('layers/rasa').rglob('*.py')]"
    return ran(python, "-c", code)


def found(version: str) -> str | None:
    """Return an interpreter of this version; where there is none, say so."""
    python = find_python([version], lambda wanted: [f"python{wanted}", *pyenv_pythons(wanted)])
    if python is None:
        say(f"Python {version} is not on this machine: left out")
    return python


def environment(python: str, version: str) -> str:
    """Return the interpreter of an environment with exactly the pinned packages."""
    uv, folder = find_uv() or install_uv(), str(FOLDER / version)
    own = f"{folder}/bin/python"
    for command in (
        (uv, "venv", "--quiet", "--allow-existing", "--python", python, folder),
        (uv, "pip", "sync", "--quiet", "--python", own, "--require-hashes", "requirements.lock"),
    ):
        subprocess.run(command, cwd=ROOT, check=True)
    packages = FOLDER / version / "lib" / f"python{version}" / "site-packages"
    (packages / "parlance.pth").write_text("".join(f"{ROOT / path}\n" for path in OURS))
    return own


def ran(*command: str) -> bool:
    """Run a program in the repository; tell whether it succeeded."""
    env = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1"}
    return subprocess.run(command, cwd=ROOT, env=env, check=False).returncode == 0


if __name__ == "__main__":
    sys.exit(main())
