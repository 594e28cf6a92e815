"""Interactive learning, end-to-end tests, and evaluated conversations."""

from __future__ import annotations

from typing import Any

import msgspec

from functions.api.answers import NO_CONTENT, Answer, page
from functions.api.endpoint import API_TOKEN, Call, Resource
from functions.api.files import YAML_MEDIA, text_of
from parlance.domain import shapes, shapes_talk
from parlance.domain.interactive import ActionToRun, Event, Events, NewConversation
from parlance.domain.shapes_nlu import SavedTest
from parlance.services import conversation_evaluations as judging
from parlance.services import conversation_tests as tests
from parlance.services import interactive as service
from parlance.services import jobs as work

interactive = Resource(__name__)

CONVERSATION = "/conversations/{sender_id}"
EVALUATION = f"{CONVERSATION}/evaluation"


class PredictionScope(msgspec.Struct, frozen=True):
    """How much of the tracker comes with a prediction."""

    include_events: str = "AFTER_RESTART"


@interactive.endpoint(
    "POST",
    "/conversations",
    scope="metadata:create",
    accepts=API_TOKEN,
    body=NewConversation | None,
    status=201,
    answer=shapes_talk.RasaTracker,
)
def begin(call: Call, body: NewConversation | None) -> Answer:
    """Begin an interactive conversation, maybe where another one was at a time."""
    return Answer(service.begin(call.principal, body or NewConversation()), 201)


@interactive.endpoint(
    "POST",
    f"{CONVERSATION}/events",
    scope="clientEvents:create",
    accepts=API_TOKEN,
    body=Event | Events,
    audit="never",
    answer=Event | list[Event],
)
def append(call: Call, sender_id: str, body: Any) -> object:
    """Append an event, or several, through Rasa; what a user says in them becomes a training example."""
    service.append(call.principal, sender_id, body if isinstance(body, list) else [body])
    return body


@interactive.endpoint(
    "PUT",
    f"{CONVERSATION}/events",
    scope="clientEvents:update",
    accepts=API_TOKEN,
    body=Events,
    audit="never",
    answer=list[Event],
)
def replace(call: Call, sender_id: str, body: Events) -> object:
    """Restart a conversation with these events."""
    service.replace(call.principal, sender_id, body)
    return body


@interactive.endpoint(
    "POST",
    f"{CONVERSATION}/predict",
    scope="actionPrediction:get",
    query=PredictionScope,
    audit="never",
    answer=shapes_talk.NextAction,
)
def predict(call: Call, sender_id: str, query: PredictionScope) -> object:
    """Say what the bot would do next, with scores."""
    return service.predict(call.principal, sender_id, query.include_events)


@interactive.endpoint(
    "POST",
    f"{CONVERSATION}/execute",
    scope="actionPrediction:create",
    accepts=API_TOKEN,
    body=ActionToRun,
    audit="never",
    answer=shapes_talk.Executed,
)
def execute(call: Call, sender_id: str, body: ActionToRun) -> object:
    """Run an action in a conversation."""
    return service.execute(call.principal, sender_id, body)


@interactive.endpoint("PUT", EVALUATION, scope="clientEvaluation:update", status=202, answer=shapes.Job)
def evaluate(call: Call, sender_id: str) -> Answer:
    """Evaluate a conversation as a story with the model in use; answers at once with the job."""
    return Answer(work.describe(judging.evaluate(call.principal, sender_id)), 202)


@interactive.endpoint("GET", EVALUATION, scope="clientEvaluation:get", answer=dict[str, Any])
def read_evaluation(call: Call, sender_id: str) -> object:
    """Show how a conversation fared when it was evaluated last."""
    return judging.evaluation_of(call.principal, sender_id)


@interactive.endpoint("DELETE", EVALUATION, scope="clientEvaluation:delete", status=204)
def forget_evaluation(call: Call, sender_id: str) -> Answer:
    """Drop a conversation's evaluation."""
    judging.forget_evaluation(call.principal, sender_id)
    return NO_CONTENT


@interactive.endpoint("POST", "/evaluate", scope="allEvaluations:create", status=(202, 204), answer=shapes.Job)
def evaluate_all(call: Call) -> Answer:
    """Evaluate all conversations that have changed since: 202 with the job, 204 when there are none."""
    job = judging.evaluate_all(call.principal)
    return Answer(work.describe(job), 202) if job else NO_CONTENT


@interactive.endpoint("GET", "/evaluations", scope="allEvaluations:list", answer=list[dict[str, Any]])
def list_evaluations(_call: Call) -> Answer:
    """List the evaluations of all conversations."""
    found = judging.evaluations()
    return page(found, len(found))


@interactive.endpoint("GET", "/tests", scope="tests:list", answer=list[SavedTest])
def list_tests(_call: Call) -> Answer:
    """List end-to-end tests."""
    found = tests.list_tests()
    return page(found, len(found))


@interactive.endpoint(
    "POST", "/tests", scope="tests:create", body=bytes, media=YAML_MEDIA, status=201, answer=list[SavedTest]
)
def add_tests(call: Call, body: bytes) -> Answer:
    """Add end-to-end tests to the project."""
    return Answer(tests.add_tests(text_of(body), call.principal.username), 201)


@interactive.endpoint("DELETE", "/tests/{test}", scope="tests:delete", status=204)
def remove_test(call: Call, test: str) -> Answer:
    """Remove an end-to-end test."""
    tests.remove_test(test, call.principal.username)
    return NO_CONTENT
