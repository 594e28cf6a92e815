"""Times on the wire: Rasa's float seconds since 1970, UTC."""

from __future__ import annotations

from typing import Annotated

import msgspec

Instant = Annotated[float, msgspec.Meta(ge=0, le=32503680000, description="unix seconds or ISO-8601")]
