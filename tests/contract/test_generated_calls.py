"""Calls generated from the API's own document: none breaks the server, and every answer is as the document says."""

from __future__ import annotations

from functools import cache

import pytest
from hypothesis import HealthCheck, Phase, settings
from schemathesis import checks, openapi
from schemathesis.config import SchemathesisConfig
from schemathesis.core.parameters import ParameterLocation
from schemathesis.specs.openapi.checks import ignored_auth, negative_data_rejection, positive_data_acceptance

from functions.api.documents import described
from parlance import settings as environment
from parlance.services import job_waiting, project
from parlance.services.login import token_for
from tests.support import events as rasa
from tests.support.events import NOON
from tests.support.furnished import PROJECT, furnish
from tests.support.installation import logged_in
from tests.support.wsgi import application

AWAY = {"RasaNotReady", "GitNotInstalled"}
KNOWN = {"sender_id": "web-1", "username": "bea", "role": "tester", "project": "default"}
DOOMED = {"sender_id": "web-2", "username": "cleo"}
ELSEWHERE = [
    checks.not_a_server_error,  # no_outage
    negative_data_rejection,  # wrong_bodies_are_refused
    positive_data_acceptance,  # what a schema cannot say is refused with 400: a text that is no YAML
    ignored_auth,  # test_routes and test_forged_tokens ask it of every route
]
IS_LONG = settings().max_examples > 1000
CONFIG = SchemathesisConfig.from_dict({"phases": {"coverage": {"enabled": IS_LONG}}})
schema = openapi.from_dict(described(), config=CONFIG)
schema.app = application


@pytest.fixture(scope="module")
def workbench(shared_installation):
    """A furnished installation: storage, queues, a project, a conversation, an administrator."""
    with pytest.MonkeyPatch.context() as patch:
        for variable, value in furnish().items():
            patch.setenv(variable, value)
        environment.settings.cache_clear()
        patch.setattr(job_waiting, "LONGEST", 0.1)
        for number in (1, 2):
            events = [*rasa.session(NOON), rasa.user("hi", "greet", NOON + number)]
            rasa.store(rasa.turn(f"web-{number}", number, events))
        project.import_files(PROJECT, "ada")
        for username, role in (("ada", "admin"), ("bea", "tester"), ("cleo", "tester")):
            logged_in(username, role)
        yield
    environment.settings.cache_clear()


@schema.hook
def map_path_parameters(context, path_parameters):
    """Half of the names are of things that are there; what is deleted is not what the others read."""
    known = DOOMED if context.operation.method.upper() == "DELETE" else KNOWN
    return {
        name: known.get(name, value) if len(str(value)) % 2 else value
        for name, value in (path_parameters or {}).items()
    }


def no_outage(context, response, case):
    """A part that these tests do not have is said to be away; everything else is answered."""
    body = response.json() if response.status_code >= 500 else None
    assert body is None or body["reason"] in AWAY, body


def wrong_bodies_are_refused(context, response, case):
    """Unknown parameters and odd booleans are ignored in addresses, as Rasa X did; what is wrong in a body is named."""
    if case.meta is not None and case.meta.is_negative_at(ParameterLocation.BODY):
        negative_data_rejection(context, response, case)


@schema.parametrize()
@settings(
    max_examples=20 if IS_LONG else 3,
    deadline=None,
    derandomize=True,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)
def test_generated_calls_are_answered_as_the_document_says(case, workbench):
    answer = case.call_and_validate(
        headers=proof(), excluded_checks=ELSEWHERE, additional_checks=[no_outage, wrong_bodies_are_refused]
    )

    if answer.status_code == 401:  # the call before ended all sessions
        proof.cache_clear()


@cache
def proof():
    return {"Authorization": f"Bearer {token_for('ada', ('admin',))}"}
