"""`python -m tests.proofs.screens`: the screens over a whole installation with a real bot, in Debian's Chromium.

What tests/browser cannot show without a bot, and what is rarely used: each scene asserts what it prints. `--parts talk`
does the named scenes only. Ends with 1 when a scene fails; the scenes after it are played all the same.
"""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from playwright.sync_api import Error, expect, sync_playwright

from infra.local.failure import RunnerError
from infra.local.settings import Settings
from tests.browser.app import QUICK
from tests.browser.conftest import ARGUMENTS, CHROMIUM
from tests.proofs.killed_installation import Victim
from tests.proofs.screens import manage, models, review, talk
from tests.proofs.screens.stage import Stage

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Browser

PARTS: dict[str, list[Callable[[Stage], None]]] = {
    "talk": talk.SCENES,
    "review": review.SCENES,
    "models": models.SCENES,
    "manage": manage.SCENES,
}


def play(stage: Stage, parts: list[str]) -> list[str]:
    """Play the scenes; returns the names of those that failed."""
    failed = []
    for part in parts:
        for scene in PARTS[part]:
            name = f"{part}.{scene.__name__}"
            print(f"{name}: {(scene.__doc__ or '').strip()}", flush=True)
            try:
                scene(stage)
            except (AssertionError, Error, RunnerError, KeyError) as problem:
                failed.append(name)
                print(f"  FAILED: {str(problem)[:1200]}", flush=True)
                stage.app.page.screenshot(path=stage.folder / f"{name}.png")
                stage.app.go("/conversations")
    return failed


def show(place: Victim, browser: Browser, folder: Path, parts: list[str]) -> int:
    """Open the window and play; an error of the page is a failure too."""
    stage = Stage.open(place, browser, folder)
    failed = play(stage, parts)
    errors = list(stage.app.errors)
    stage.app.close()
    for error in errors:
        print(f"error of the page: {error}")
    print(f"does not hold: {', '.join(failed)}" if failed else "all hold" if not errors else "errors of the page")
    return 1 if failed or errors else 0


def main(parts: list[str]) -> int:
    """Bring up an installation, play, take it down."""
    folder = Path(tempfile.mkdtemp(prefix="parlance-screens-"))
    folder.chmod(0o711)
    place = Victim(folder)
    place.settings.pop("PARLANCE_ASSISTANT")
    place.home = Settings.from_env(place.settings)
    expect.set_options(timeout=QUICK)
    try:
        up = place.up()
        assert up.code == 0, up.text
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
            return show(place, browser, folder, parts)
    finally:
        place.make("down")
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Use every screen over a whole installation.")
    parser.add_argument("--parts", nargs="+", choices=PARTS, default=list(PARTS))
    sys.exit(main(parser.parse_args().parts))
