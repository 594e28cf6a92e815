"""No copies for lines of the log that nobody prints: Rasa copies events and states for each, whatever the level."""

import copy
import logging
import os
from importlib import import_module
from types import SimpleNamespace
from typing import Any

from rasa.shared.constants import DEFAULT_LOG_LEVEL, ENV_LOG_LEVEL

MODULES = ("rasa.core.processor", "rasa.core.policies.memoization", "rasa.core.policies.rule_policy")
"""Modules that copy for such lines and for nothing else."""


def itself(value: Any, _: Any = None) -> Any:
    """Return the value: the line that it is for is never made."""
    return value


def is_quiet() -> bool:
    """Whether the level of Rasa's log is above its debugging."""
    level = logging.getLevelName(os.environ.get(ENV_LOG_LEVEL, DEFAULT_LOG_LEVEL))
    return isinstance(level, int) and level > logging.DEBUG


def install() -> None:
    """Have these modules copy nothing, unless their lines are printed."""
    if is_quiet():
        for name in MODULES:
            import_module(name).copy = SimpleNamespace(copy=copy.copy, deepcopy=itself)  # type: ignore[attr-defined]
