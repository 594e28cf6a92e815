"""What people say about a message."""

from __future__ import annotations

import msgspec

from parlance.domain.training.examples import Name


class Correction(msgspec.Struct, frozen=True, kw_only=True):
    """The intent that a message really has; a temporary one may be mapped, and stand for a goal."""

    intent: Name
    mapped_to: Name | None = None
    user_goal: Name | None = None
