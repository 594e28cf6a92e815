"""The installation itself: features, telemetry."""

from __future__ import annotations

from typing import Any

from functions.api.endpoint import API_TOKEN, Call, Resource

system = Resource(__name__)


@system.endpoint("GET", "/telemetry", scope="telemetry:get", accepts=API_TOKEN)
def telemetry(_call: Call) -> dict[str, Any]:
    """Say that nothing is ever reported to anybody."""
    return {"enabled": False, "message": "Parlance has no telemetry."}
