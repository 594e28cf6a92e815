"""The part that runs inside Rasa, tested where it runs: in Rasa's own environment, Python 3.10."""

import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PYTHON = ROOT / ".venv-rasa" / "bin" / "python"


def test_the_rasa_layers_own_suite_passes():
    assert PYTHON.exists(), "Rasa's environment is missing: `make install` makes it."

    done = subprocess.run(
        [PYTHON, "-m", "pytest", "layers/rasa/tests", "-q", "-W", "ignore", "-p", "no:cacheprovider"],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=600,
        check=False,
    )

    assert done.returncode == 0, done.stdout[-20_000:]
