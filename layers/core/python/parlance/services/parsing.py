"""Texts parsed by any model: at once by the one in service, else by a job; and two models side by side."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any

from parlance.adapters import jobs, models, objects, rasa
from parlance.domain.errors import Conflict, NotFound, Unavailable
from parlance.domain.orders import ParseOrder
from parlance.domain.parsing import disagreements, read_parsed
from parlance.services.jobs import start_order
from parlance.settings import settings

if TYPE_CHECKING:
    from parlance.domain.jobs import Job, Kind
    from parlance.domain.parsing import Parsed

WARM = 20
"""Texts that the model in service parses within one call; more of them are a job's work."""


def parse(model: str, texts: tuple[str, ...], who: str) -> dict[str, Any] | Job:
    """Return what a model makes of texts, or the job that will know; raises NotFound for a model that is not there."""
    wanted = models.find(model)
    if len(texts) <= WARM and _is_warm(wanted.model_id):
        with suppress(Unavailable):  # it went away between the question and the texts: the job does not need it
            messages = [_short(rasa.parse(text)) for text in texts]
            if _is_warm(wanted.model_id):  # still: no other model came into service meanwhile
                return {"model": model, "warm": True, "messages": messages}
    return start_order(ParseOrder(model=model, texts=texts), who)


def parsed(job_id: str) -> dict[str, Any]:
    """Return what a parsing job's model makes of its texts; raises NotFound, Conflict while it is not known."""
    found = _report(job_id, "parse")
    predictions = zip(found.texts, found.predictions[0], strict=True)
    messages = [{"text": text, **_parts(prediction)} for text, prediction in predictions]
    return {"model": found.models[0], "warm": False, "messages": messages}


def comparison(job_id: str, limit: int, offset: int) -> dict[str, Any]:
    """Return where two models disagree; raises NotFound, Conflict while it is not known."""
    found = _report(job_id, "compare")
    rows = disagreements(found)
    return {
        "models": found.models,
        "n_messages": len(found.texts),
        "n_disagreements": len(rows),
        "disagreements": rows[offset : offset + limit],
    }


def _report(job_id: str, kind: Kind) -> Parsed:
    job = jobs.find(job_id)
    if job.kind != kind:
        raise NotFound("There is no such job.", code="JobNotFound")
    if job.state != "succeeded":
        raise Conflict(f"The job is {job.state}.", code="JobNotDone", retry_after=None if job.is_over else 5)
    return read_parsed(objects.stream(settings().data_bucket, job.report_key).read())


def _is_warm(model_id: str) -> bool:
    return bool(model_id) and ((rasa.status() or {}).get("model_id") == model_id)


def _short(parsed_message: dict[str, Any]) -> dict[str, Any]:
    return {part: parsed_message.get(part) for part in ("text", "intent", "intent_ranking", "entities")}


def _parts(prediction: Any) -> dict[str, Any]:
    return {part: getattr(prediction, part) for part in ("intent", "intent_ranking", "entities")}
