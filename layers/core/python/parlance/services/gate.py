"""Which models may be served: the rules' word on their newest evaluation."""

from __future__ import annotations

from parlance.adapters import automation, evaluations
from parlance.domain.automation import objections
from parlance.domain.errors import Conflict


class FailedTests(Conflict):
    """A model whose evaluation a rule objects to."""

    code = "ModelFailedTests"


def check(model: str) -> None:
    """Raise FailedTests when the rules keep this model from service; one that was not evaluated passes."""
    rules = automation.load()
    found = evaluations.newest(model) if rules.judges else None
    failed = objections(rules, found.scores) if found else []
    if failed:
        raise FailedTests(f"{model} may not be served: {'; '.join(failed)}.", details={"objections": failed})
