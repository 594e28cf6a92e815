"""The rules of what follows a training, read and written."""

from __future__ import annotations

from typing import TYPE_CHECKING

from parlance.adapters import automation
from parlance.domain.errors import Invalid

if TYPE_CHECKING:
    from parlance.domain.automation import Automation

NEEDS = {
    "least_intent_f1": ("nlu", "cross_validation"),
    "least_tests": ("tests",),
    "least_stories": ("stories",),
}
"""A rule can only hold back a new model by a part that is evaluated."""


def read() -> Automation:
    """Return the rules."""
    return automation.load()


def write(rules: Automation, who: str) -> Automation:
    """Keep the rules; raises Invalid for one that judges by what is never evaluated."""
    for rule, parts in NEEDS.items():
        if rules.evaluate and getattr(rules, rule) is not None and not set(parts) & set(rules.evaluate):
            raise Invalid(f"{rule} needs {' or '.join(parts)} in `evaluate`.")
    automation.store(rules, who)
    return rules
