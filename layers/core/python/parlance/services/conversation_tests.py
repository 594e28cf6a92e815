"""End-to-end tests that were saved from conversations, as files of the project."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from parlance.domain.training import flows as domain
from parlance.services import training_files

if TYPE_CHECKING:
    from parlance.domain.project import Files
    from parlance.domain.training.flows import Flow

PATH = "tests/conversation_tests.yml"


def list_tests() -> list[dict[str, Any]]:
    """Return all tests of the project's files."""
    return [_described(test) for test in _tests(training_files.read())]


def add_tests(text: str, who: str) -> list[dict[str, Any]]:
    """Put the tests of a YAML text behind those of tests/conversation_tests.yml; returns them all."""
    items = domain.read(text, "stories")
    after = training_files.change(lambda files: domain.add(files, "stories", items, PATH), who)
    return [_described(test) for test in _tests(after)]


def remove_test(name: str, who: str) -> None:
    """Remove a test; raises NotFound."""
    training_files.change(lambda files: domain.without(files, domain.find(_tests(files), name)), who)


def _tests(files: Files) -> list[Flow]:
    paths = sorted(path for path in files if path.startswith("tests/") and path.endswith((".yml", ".yaml")))
    return [test for path in paths for test in domain.of_file(path, files[path], "stories")]


def _described(test: Flow) -> dict[str, Any]:
    return {"id": test.id, "name": test.name, "story": test.document, "filename": test.path, "line": test.line}
