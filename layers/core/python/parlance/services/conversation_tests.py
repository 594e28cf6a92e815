"""End-to-end tests that were saved from conversations, and how a conversation fares with the model in use."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from parlance.adapters import conversation_evaluations as store
from parlance.adapters import rasa
from parlance.domain import stories
from parlance.domain.conversations import Section
from parlance.domain.errors import Invalid, NotFound
from parlance.domain.training import flows as domain
from parlance.services import training_files
from parlance.services.conversations import require, story

if TYPE_CHECKING:
    from parlance.domain.identity import Principal
    from parlance.domain.project import Files
    from parlance.domain.training.flows import Flow

PATH = "tests/conversation_tests.yml"
YAML = "application/x-yaml"


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


def evaluate(principal: Principal, sender_id: str) -> dict[str, Any]:
    """Let the model in use go through a conversation as a story, and keep what came out.

    Raises Invalid for a conversation in which nothing happened that a story can tell.
    """
    steps = stories.without_texts(story(principal, sender_id, Section()))
    if not steps:
        raise Invalid("Nothing in this conversation can be evaluated.", code="EmptyStory")
    result = dict(rasa.ask("POST", "/model/test/stories", body=stories.as_yaml(sender_id, steps), media=YAML))
    store.keep(sender_id, result)
    return result


def evaluation_of(principal: Principal, sender_id: str) -> dict[str, Any]:
    """Return what the last evaluation said; raises NotFound."""
    require(principal, sender_id)
    found = store.find(sender_id)
    if found is None:
        raise NotFound("This conversation has not been evaluated.", code="EvaluationNotFound")
    return found


def forget_evaluation(principal: Principal, sender_id: str) -> None:
    """Drop it; raises NotFound."""
    require(principal, sender_id)
    if not store.remove(sender_id):
        raise NotFound("This conversation has not been evaluated.", code="EvaluationNotFound")


def evaluations() -> list[dict[str, Any]]:
    """Return the results of all conversations, each under its name."""
    return store.all_results()


def _tests(files: Files) -> list[Flow]:
    paths = sorted(path for path in files if path.startswith("tests/") and path.endswith((".yml", ".yaml")))
    return [test for path in paths for test in domain.of_file(path, files[path], "stories")]


def _described(test: Flow) -> dict[str, Any]:
    return {"id": test.id, "name": test.name, "story": test.document, "filename": test.path, "line": test.line}
