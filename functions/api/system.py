"""The installation itself: health, versions, features, telemetry, Rasa's run-time files."""

from __future__ import annotations

from typing import Any

from functions.api.endpoint import API_TOKEN, SERVICE_ONLY, Call, Resource
from parlance.services import health as parts
from parlance.services.runtime_files import runtime_files

system = Resource(__name__)


@system.endpoint("GET", "/health", scope=None, answer=dict[str, Any])
def health(_call: Call) -> dict[str, Any]:
    """Say how every part of the installation is."""
    return parts.health()


@system.endpoint("GET", "/version", scope=None, answer=dict[str, Any])
def versions(_call: Call) -> dict[str, Any]:
    """Show versions and the public keys of tokens."""
    return parts.versions()


@system.endpoint("GET", "/features", scope=None)
def features(_call: Call) -> list[dict[str, Any]]:
    """List feature flags: there are none, everything is on."""
    return []


@system.endpoint("GET", "/config", scope="config:get", accepts=SERVICE_ONLY, answer=dict[str, str])
def config(_call: Call) -> dict[str, str]:
    """Show credentials.yml and endpoints.yml for a Rasa server."""
    return runtime_files()


@system.endpoint("GET", "/telemetry", scope="telemetry:get", accepts=API_TOKEN)
def telemetry(_call: Call) -> dict[str, Any]:
    """Say that nothing is ever reported to anybody."""
    return {"enabled": False, "message": "Parlance has no telemetry."}


@system.endpoint("POST", "/telemetry", scope="telemetry:create", accepts=API_TOKEN)
def report(_call: Call) -> dict[str, Any]:
    """Take a telemetry event and drop it."""
    return {"enabled": False, "message": "Parlance has no telemetry."}


@system.endpoint("DELETE", "/telemetry", scope="telemetry:delete", accepts=API_TOKEN)
def switch_off(_call: Call) -> dict[str, Any]:
    """Switch telemetry off: it is."""
    return {"enabled": False, "message": "Parlance has no telemetry."}
