"""The real bundle in Debian's Chromium, against the real API on real PostgreSQL; Rasa is away."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from parlance.services.login import token_for
from tests.browser.app import QUICK, App
from tests.support import run, ui
from tests.support.installation import (  # noqa: F401  the installation of the API's tests, without a Rasa server
    installation,
    login,
    password_hash,
    signing_key,
)
from tests.support.server import serving

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from playwright.sync_api import Browser

    from tests.support.server import Server

CHROMIUM = Path("/usr/bin/chromium")
ARGUMENTS = [
    "--no-sandbox",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-quic",
    "--no-first-run",
]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Every test here needs a browser and a Node; say so where one is missing."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.browser)
            item.add_marker(pytest.mark.skipif(not CHROMIUM.exists(), reason=f"Debian's Chromium is not at {CHROMIUM}"))
            item.add_marker(pytest.mark.skipif(ui.node() is None, reason="no Node here to build the UI with"))


@pytest.fixture(scope="session")
def bundle() -> Path:
    run.shared("ui-packages", ui.prepare)
    return Path(run.shared("ui-bundle", ui.build)["folder"])


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    from playwright.sync_api import expect, sync_playwright

    expect.set_options(timeout=QUICK)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture
def server(bundle: Path, installation) -> Iterator[Server]:  # noqa: F811  a fixture is used by its name
    with serving(bundle) as running:
        yield running


@pytest.fixture
def visit(chromium: Browser, server: Server, request: pytest.FixtureRequest) -> Iterator[Callable[..., App]]:
    """Open a window of its own: `visit(theme=..., size=...)`. No window may report an error of the page."""
    opened: list[App] = []

    def open_window(theme: str = "light", size: tuple[int, int] = (1440, 860)) -> App:
        app = App.open(chromium, server, theme=theme, size=size)
        opened.append(app)
        return app

    yield open_window
    for app in opened:
        errors = list(app.errors)
        app.close()
        assert not errors, errors


@pytest.fixture
def people(login) -> dict[str, str]:  # noqa: F811  a fixture is used by its name
    """Accounts by role; the password is the same."""
    names = {"admin": "ada", "annotator": "anna", "tester": "tess"}
    for role, name in names.items():
        login(name, role)
    return names


@pytest.fixture
def app(visit, people) -> App:
    """A window in which the administrator is logged in already."""
    opened = visit()
    opened.carry(token_for(people["admin"], ("admin",)))
    return opened


@pytest.fixture
def wants_screens() -> bool:
    """Whether this run should write docs/screens (PARLANCE_SCREENS=1)."""
    return os.environ.get("PARLANCE_SCREENS") == "1"
