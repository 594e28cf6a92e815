"""Tags in time: their history, the way back, and what the Rasa servers say of the models that they were given."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from parlance.adapters import environments, models, tags
from parlance.adapters.sql import transaction
from parlance.domain.errors import Conflict, NotFound
from parlance.domain.models import check_tag
from parlance.domain.tag_history import Move, path_back
from parlance.services import audit

if TYPE_CHECKING:
    from parlance.domain.identity import Principal
    from parlance.domain.models import Model
    from parlance.domain.verdicts import Verdict


def history(tag: str, *, limit: int, offset: int) -> tuple[list[dict[str, Any]], int]:
    """Return where a tag has been, the newest move first, and how many moves there were."""
    with transaction():
        return [describe(move) for move in tags.history(tag, limit=limit, offset=offset)], tags.count(tag)


def roll_back(tag: str, principal: Principal, *, leaving: str | None) -> Model:
    """Give the tag back to the model that had it before; raises NotFound, Conflict when there is no way back.

    With `leaving`, only from that model: a call that is sent twice goes back once.
    """
    with transaction():
        tags.hold(check_tag(tag))
        current = models.tagged(tag)
        if leaving is not None and current.name != leaving:
            raise Conflict(f"{tag} is {current.name} by now, not {leaving}: nothing was changed.", code="TagMoved")
        target = way_back(tag, current.name)
        if target is None:
            raise Conflict(f"No model was {tag} before {current.name} that is still usable.", code="NoWayBack")
        tags.move(Move(tag=tag, model=target, moved_by=principal.username, cause="rolled_back"))
        audit.record(principal, "models.tags:update", f"{target}/{tag}", rolled_back_from=current.name)
        return models.find(target)


def way_back(tag: str, current: str) -> str | None:
    """Return the last model that had the tag before, is still there and was refused by no Rasa; None: no such model."""
    candidates = [name for name in path_back(reversed(tags.history(tag))) if name != current]
    usable = models.usable(candidates)
    return next((name for name in candidates if name in usable), None)


def hear(tag: str, verdict: Verdict, principal: Principal) -> None:
    """Note what a Rasa says; a model that it cannot load loses the tag to the one before it, once. Raises NotFound."""
    with transaction():
        tags.hold(check_tag(tag))
        model = models.by_etag(verdict.etag, tag)
        if model is None:
            raise NotFound("No model has this fingerprint.", code="ModelNotFound")
        note = verdict.as_note(model.name, time.time())
        environments.note_verdict(verdict.environment, note)
        if verdict.state == "live":
            models.note_refusal(model.name, None)
        elif tag in model.tags:
            _withdraw(tag, model, verdict, principal)


def _withdraw(tag: str, model: Model, verdict: Verdict, principal: Principal) -> None:
    """Flag the model and move the tag back; without a model to go back to the flag alone remains."""
    fault = {"code": verdict.error.code, "message": verdict.error.message}
    models.note_refusal(model.name, {**fault, "environment": verdict.environment, "at": time.time()})
    target = way_back(tag, model.name)
    reason = f"{verdict.environment} could not load {model.name}: {verdict.error.code}: {verdict.error.message}"
    if target:
        tags.move(Move(tag=tag, model=target, moved_by=principal.username, cause="refused", reason=reason))
    audit.record(principal, "models.tags:update", f"{target or model.name}/{tag}", refused=model.name, **fault)


def describe(move: Move) -> dict[str, Any]:
    """Return a move as the API shows it."""
    at = move.moved_at.timestamp() if move.moved_at else None
    shown = {"tag": move.tag, "model": move.model, "previous": move.previous, "cause": move.cause}
    return {**shown, "reason": move.reason, "by": move.moved_by, "at": at}
