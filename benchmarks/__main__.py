"""`make bench`: every part that there is, one after the other; each merges its key into build/bench.json."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

PARTS = ("cold", "start", "ingest", "locks", "api", "training", "serving", "ui")


def main() -> int:
    """Run the parts that exist; the exit code says whether all of them did."""
    here = [part for part in PARTS if (Path(__file__).parent / f"{part}.py").exists()]
    failed = [
        part for part in here if subprocess.run([sys.executable, "-m", f"benchmarks.{part}"], check=False).returncode
    ]
    print(f"measured: {', '.join(part for part in here if part not in failed)}; failed: {', '.join(failed) or 'none'}")
    return bool(failed)


if __name__ == "__main__":
    sys.exit(main())
