"""The installation itself: health, versions, features, telemetry, Rasa's run-time files."""

from __future__ import annotations

from typing import Annotated, Any

import msgspec

from functions.api.answers import Answer, page
from functions.api.endpoint import API_TOKEN, SERVICE_ONLY, Call, Resource
from parlance.domain import shapes_installation as shapes
from parlance.domain.errors import Conflict
from parlance.services import health as parts
from parlance.services import log_files
from parlance.services.runtime_files import runtime_files

system = Resource(__name__)


class LogPeriod(msgspec.Struct, frozen=True):
    """How many hours back; of a busy part only the newest 10,000 lines."""

    hours: Annotated[float, msgspec.Meta(gt=0, le=168)] = 24.0


@system.endpoint("GET", "/health", scope=None, answer=shapes.Health)
def health(_call: Call) -> dict[str, Any]:
    """Say how every part of the installation is."""
    return parts.health()


@system.endpoint("GET", "/version", scope=None, answer=shapes.Versions)
def versions(_call: Call) -> dict[str, Any]:
    """Show versions and the public keys of tokens."""
    return parts.versions()


@system.endpoint("GET", "/features", scope=None, answer=list[shapes.Feature])
def features(_call: Call) -> Answer:
    """List feature flags: there are none, everything is on."""
    return page([], 0)


@system.endpoint(
    "POST", "/features", scope="features:update", accepts=API_TOKEN, body=shapes.Feature, answer=shapes.Feature
)
def switch_feature(_call: Call, body: shapes.Feature) -> shapes.Feature:
    """Switch a feature on, which it is; 409 for switching one off: nothing is hidden behind a flag."""
    if not body.enabled:
        raise Conflict("Nothing is hidden behind a flag: every feature is always on.", code="AlwaysOn")
    return body


@system.endpoint("GET", "/logs", scope="logs:list", accepts=API_TOKEN, query=LogPeriod, status=302)
def download_logs(_call: Call, query: LogPeriod) -> Answer:
    """Download the logs of all functions and tasks as a zip: a redirect to storage."""
    return Answer(status=302, headers={"Location": log_files.pack(query.hours)})


@system.endpoint("GET", "/config", scope="config:get", accepts=SERVICE_ONLY, answer=dict[str, str])
def config(_call: Call) -> dict[str, str]:
    """Show credentials.yml and endpoints.yml for a Rasa server."""
    return runtime_files()


@system.endpoint("GET", "/telemetry", scope="telemetry:get", accepts=API_TOKEN, answer=shapes.Telemetry)
def telemetry(_call: Call) -> dict[str, Any]:
    """Say that nothing is ever reported to anybody."""
    return {"enabled": False, "message": "Parlance has no telemetry."}


@system.endpoint("POST", "/telemetry", scope="telemetry:create", accepts=API_TOKEN, answer=shapes.Telemetry)
def report(_call: Call) -> dict[str, Any]:
    """Take a telemetry event and drop it."""
    return {"enabled": False, "message": "Parlance has no telemetry."}


@system.endpoint("DELETE", "/telemetry", scope="telemetry:delete", accepts=API_TOKEN, answer=shapes.Telemetry)
def switch_off(_call: Call) -> dict[str, Any]:
    """Switch telemetry off: it is."""
    return {"enabled": False, "message": "Parlance has no telemetry."}
