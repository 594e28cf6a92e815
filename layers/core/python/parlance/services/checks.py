"""Judging a text while it is written."""

from __future__ import annotations

from parlance.domain.project import Problem, Unsafe
from parlance.domain.training import checks as domain
from parlance.domain.training.checks import PATHS, Checked, Kind
from parlance.services import training_files
from parlance.services.project import allowed_packages


def check(kind: Kind, text: str) -> Checked:
    """Say what is wrong in a text, on which line, and outline its stories and rules; nothing is changed."""
    try:
        return domain.check(training_files.read(), kind, text, allowed=allowed_packages())
    except Unsafe as error:
        return Checked(problems=[Problem(path=PATHS[kind], line=1, severity="error", message=error.message)])
