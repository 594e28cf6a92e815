"""Fixtures for all tests: one PostgreSQL and one AWS emulator a run, a fresh migrated database a test or module."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import hypothesis
import pytest

from parlance.adapters import aws
from tests.support import database as databases
from tests.support import emulator as emulators
from tests.support import postgres as servers
from tests.support import run

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.support.database import Database
    from tests.support.postgres import Postgres


WITH_PROCESSES = tuple(Path(__file__).parent / name for name in ("browser", "integration", "e2e"))
MOST_RERUNS = 5
"""A run of which more tests fail has a fault, whatever becomes of them the second time."""


def pytest_addoption(parser: pytest.Parser) -> None:
    """`--prove`: the long form of property and crash tests."""
    parser.addoption("--prove", action="store_true", help="run property and crash tests at length")


def pytest_configure(config: pytest.Config) -> None:
    """The controller (or the only process) opens the run."""
    calm = {"deadline": None, "suppress_health_check": [hypothesis.HealthCheck.too_slow], "print_blob": True}
    hypothesis.settings.register_profile("prove", max_examples=2000, **calm)
    # The same examples each time: `--prove` is there to search for others.
    hypothesis.settings.register_profile("quick", max_examples=100, derandomize=True, **calm)
    hypothesis.settings.load_profile("prove" if config.getoption("--prove") else "quick")
    config.option.max_suite_reruns = MOST_RERUNS
    if not hasattr(config, "workerinput"):
        run.begin()


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """What depends on other processes has a second chance, which the summary tells of; no other test has one."""
    for item in items:
        is_pure = getattr(getattr(item, "obj", None), "is_hypothesis_test", False)
        if not config.getoption("--prove") and not is_pure and set(WITH_PROCESSES) & set(item.path.parents):
            item.add_marker(pytest.mark.flaky(reruns=1))


def pytest_unconfigure(config: pytest.Config) -> None:
    """It also closes it."""
    if not hasattr(config, "workerinput"):
        run.end(postgres=lambda record: servers.Postgres(**record).stop(), emulator=emulators.stop)


@pytest.fixture(scope="session")
def prove(pytestconfig: pytest.Config) -> bool:
    """Tell whether tests that repeat themselves should do so at length."""
    return bool(pytestconfig.getoption("--prove"))


@pytest.fixture(scope="session")
def postgres() -> Postgres:
    """The run's PostgreSQL server, with a migrated template database."""
    server = servers.Postgres(**run.shared("postgres", lambda folder: servers.describe(servers.create(folder))))
    run.shared("template", lambda _folder: databases.migrate(server))
    return server


@pytest.fixture
def database(postgres: Postgres) -> Iterator[Database]:
    """A freshly migrated database of this test's own; the code under test uses it."""
    with databases.created(postgres) as place, databases.in_use(place):
        yield place


@pytest.fixture(scope="module")
def module_database(postgres: Postgres) -> Iterator[Database]:
    """The same for a whole module: quicker where tests do not mind each other's rows."""
    with databases.created(postgres) as place, databases.in_use(place):
        yield place


@pytest.fixture(scope="session")
def emulator() -> str:
    """The address of the run's AWS emulator; tests share its state, so name things uniquely."""
    return str(run.shared("emulator", emulators.start)["url"])


@pytest.fixture
def cloud(emulator: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The code under test, and boto3, speak to the emulator; returns its address."""
    for name, value in emulators.environment(emulator).items():
        monkeypatch.setenv(name, value)
    clear = (aws.secret.cache_clear, getattr(aws.client, "cache_clear", lambda: None))
    for forget in clear:
        forget()
    yield emulator
    for forget in clear:
        forget()
