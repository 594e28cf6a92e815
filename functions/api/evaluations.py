"""Evaluations: Rasa's own tests on a model, their reports, and the rules that follow from them."""

from __future__ import annotations

from typing import Annotated, Any

import msgspec

from functions.api.answers import NO_CONTENT, Answer, page
from functions.api.endpoint import API_TOKEN, Call, Resource
from functions.api.jobs import Waiting, unsuccessful
from parlance.adapters.log import log
from parlance.domain import shapes
from parlance.domain.automation import Automation
from parlance.domain.orders import PARTS, EvaluateOrder, Part
from parlance.domain.shapes_models import ModelEvaluation
from parlance.services import automation as rules
from parlance.services import evaluations as service
from parlance.services import job_waiting
from parlance.services import jobs as work

evaluations = Resource(__name__)

ALL = "/projects/default/evaluations"
ONE = f"{ALL}/{{model}}"
AUTOMATION = "/projects/default/automation"


class EvaluationFilter(msgspec.Struct, frozen=True):
    """Which evaluations to list."""

    limit: Annotated[int, msgspec.Meta(ge=1, le=200)] = 50
    offset: Annotated[int, msgspec.Meta(ge=0, le=1_000_000)] = 0


class EvaluationOptions(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What to evaluate."""

    parts: Annotated[tuple[Part, ...], msgspec.Meta(min_length=1, max_length=4)] = PARTS
    folds: Annotated[int, msgspec.Meta(ge=2, le=10)] = 3


class ReportFile(msgspec.Struct, frozen=True):
    """One of Rasa's own files."""

    name: str = ""


@evaluations.endpoint(
    "GET", ALL, scope="models.evaluations:list", accepts=API_TOKEN, query=EvaluationFilter, answer=list[ModelEvaluation]
)
def list_evaluations(_call: Call, query: EvaluationFilter) -> Answer:
    """List the newest evaluation of each model: its figures and whether it may be served."""
    found, total = service.list_newest(query.limit, query.offset)
    return page(found, total)


@evaluations.endpoint(
    "PUT",
    ONE,
    scope="models.evaluations:update",
    accepts=API_TOKEN,
    body=EvaluationOptions | None,
    query=Waiting,
    status=(202, 200),
    answer=shapes.Job,
)
def evaluate(call: Call, model: str, body: EvaluationOptions | None, query: Waiting) -> Answer:
    """Start an evaluation and answer at once with its job; `?wait=` answers when it is over, if that is soon."""
    options = body or EvaluationOptions()
    order = EvaluateOrder(model=model, parts=options.parts, folds=options.folds)
    job = work.start_order(order, call.principal.username)
    done = job_waiting.wait_for(job, query.wait, began=call.began)
    return unsuccessful(done, query) or Answer(work.describe(done) | _report(model))


def _report(model: str) -> dict[str, Any]:
    """Return what the job found; nothing while it cannot be read, for the job was started all the same."""
    try:
        return service.read(model)
    except Exception as error:  # noqa: BLE001  whatever storage does: a refusal would free the call's Idempotency-Key
        log("report_unread", error=type(error).__name__)
        return {}


@evaluations.endpoint("GET", ONE, scope="models.evaluations:get", accepts=API_TOKEN, answer=ModelEvaluation)
def read_evaluation(_call: Call, model: str) -> dict[str, Any]:
    """Show a model's newest evaluation with Rasa's whole report."""
    return service.read(model)


@evaluations.endpoint(
    "GET", f"{ONE}/file", scope="models.evaluations:get", accepts=API_TOKEN, query=ReportFile, status=302
)
def read_file(_call: Call, model: str, query: ReportFile) -> Answer:
    """Download one of Rasa's own files of the newest evaluation: a redirect to storage."""
    return Answer(status=302, headers={"Location": service.file_address(model, query.name)})


@evaluations.endpoint("DELETE", ONE, scope="models.evaluations:delete", accepts=API_TOKEN, status=204)
def drop_evaluation(_call: Call, model: str) -> Answer:
    """Drop a model's evaluations and their reports."""
    service.drop(model)
    return NO_CONTENT


@evaluations.endpoint("GET", AUTOMATION, scope="models.settings:get", accepts=API_TOKEN, answer=Automation, tagged=True)
def read_automation(_call: Call) -> Automation:
    """Show what follows a training by itself, and which models may not be served."""
    return rules.read()


@evaluations.endpoint(
    "PUT",
    AUTOMATION,
    scope="models.settings:update",
    accepts=API_TOKEN,
    body=Automation,
    answer=Automation,
    tagged=True,
    version=("automation", lambda _call: rules.read()),
)
def write_automation(call: Call, body: Automation) -> Automation:
    """Set what follows a training by itself, and which models may not be served."""
    return rules.write(body, call.principal.username)
