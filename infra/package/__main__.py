"""`python -m infra.package [--aws] [--parameters FILE]`: builds the packages and says how large they are."""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from infra.package.build import Build, build_all
from infra.package.contents import ROOT
from infra.package.failure import PackageError
from infra.package.target import Target, aws, here


def main() -> int:
    """Build; return 1 with one sentence when that is not possible."""
    options = parse()
    folder = options.build / ("aws" if options.aws else "here")
    try:
        target = aws(options.build) if options.aws else here()
        build = build_all(target, folder, lambda _what, _share: None)
    except PackageError as error:
        print(error)
        return 1
    report(build, target)
    (folder / "parameters.json").write_text(json.dumps(build.parameters, indent=2) + "\n")
    return 0


def parse() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(prog="python -m infra.package", description="Build the packages of template.yaml.")
    parser.add_argument(
        "--aws", action="store_true", help="for AWS Lambda (python3.13, x86_64) instead of this interpreter"
    )
    parser.add_argument("--build", type=Path, default=ROOT / "build" / "artifacts", help="folder of the packages")
    return parser.parse_args()


def report(build: Build, target: Target) -> None:
    """Print each package with its size."""
    for artifact in build.artifacts:
        print(f"{artifact.path.stat().st_size / 1024:10.1f} kB  {artifact.key}")
    if not target.ships_bytecode:
        wanted = ".".join(map(str, target.python))
        print(f"Without bytecode: only Python {wanted} can write it. Cold starts take about twice as long.")


if __name__ == "__main__":
    raise SystemExit(main())
