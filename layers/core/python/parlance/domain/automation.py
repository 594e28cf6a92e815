"""What is done by itself after a training, and which models may not be served."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import msgspec

from parlance.domain.orders import EvaluateOrder, Order, Part, ReparseOrder

if TYPE_CHECKING:
    from parlance.domain.jobs import Job

Share = Annotated[float, msgspec.Meta(ge=0, le=1)]


class Automation(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The rules of this workbench; without any of them a training ends with its model."""

    evaluate: tuple[Part, ...] = ()
    """Parts of the evaluation that follows each training; none: no evaluation."""
    folds: Annotated[int, msgspec.Meta(ge=2, le=10)] = 3
    """Of the cross-validation."""
    reparse_inbox: bool = False
    """Whether the inbox gets the predictions of each newly trained model."""
    least_intent_f1: Share | None = None
    """A model whose weighted F1 of intents is lower is not served; the cross-validation's counts when there is one."""
    least_tests: Share | None = None
    """A model that gets a smaller share of the conversations in `tests/` right is not served."""
    least_stories: Share | None = None
    """The same for the project's stories."""

    @property
    def judges(self) -> bool:
        """Whether a model may be kept from service."""
        return not (self.least_intent_f1 is None and self.least_tests is None and self.least_stories is None)

    @property
    def holds_back(self) -> bool:
        """Whether a new model waits for its evaluation before it is served."""
        return self.judges and bool(self.evaluate)


def follow_ups(rules: Automation, job: Job, model: str) -> list[Order]:
    """Return what a training is followed by; a model that is held back is served by its evaluation, if it passes."""
    orders: list[Order] = []
    if rules.evaluate:
        held = EvaluateOrder(model=model, promote=job.options.promote, first=job.options.only is None)
        order = held if rules.holds_back else EvaluateOrder(model=model)
        orders.append(msgspec.structs.replace(order, parts=rules.evaluate, folds=rules.folds))
    if rules.reparse_inbox and job.options.only != "core":
        orders.append(ReparseOrder(model=model))
    return orders


def objections(rules: Automation, scores: dict[str, Any]) -> list[str]:
    """Return why a model with these scores may not be served; what was not evaluated is no objection."""
    nlu = scores.get("cross_validation") or scores.get("nlu")
    found = [
        _short_of(rules.least_intent_f1, nlu and nlu["f1"], "intent F1"),
        _short_of(rules.least_tests, _share(scores.get("tests")), "share of right test conversations"),
        _short_of(rules.least_stories, _share(scores.get("stories")), "share of right stories"),
    ]
    return [objection for objection in found if objection]


def _share(part: dict[str, Any] | None) -> float | None:
    return part["correct"] / part["total"] if part and part["total"] else None


def _short_of(least: float | None, reached: float | None, what: str) -> str:
    if least is None or reached is None or reached >= least:
        return ""
    return f"the {what} is {reached:.3f}, the rule asks for {least:g}"
