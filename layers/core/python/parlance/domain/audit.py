"""The audit log: which of its lines are wanted."""

from __future__ import annotations

from typing import Annotated

import msgspec

from parlance.domain.instants import Instant


class Wanted(msgspec.Struct, frozen=True, kw_only=True):
    """Filters of the log, all of which combine; the newest line stands first."""

    actor: str | None = None
    action: str | None = None
    object: str | None = None
    start: Instant | None = None
    until: Instant | None = None
    limit: Annotated[int, msgspec.Meta(ge=0, le=1000)] = 100
    cursor: Annotated[int, msgspec.Meta(ge=1, le=2**63 - 1)] | None = None
