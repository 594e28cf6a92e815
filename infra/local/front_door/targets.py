"""Where each path leads."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from infra.local.deployed import Deployed, deployed

if TYPE_CHECKING:
    from infra.local.folder import Folder
    from infra.local.settings import Settings

MEGABYTE = 1024 * 1024


class Target(msgspec.Struct, frozen=True, kw_only=True):
    """One server behind the front door. Times in seconds; `longest` 0 means that an answer may stream for ever."""

    name: str
    url: str
    largest: int
    longest: float
    silence: float


def api_target(settings: Settings, found: Deployed) -> Target:
    """Return the API, with API Gateway's own limits: 10 MB a request, 29 s an answer."""
    stage = f"{settings.emulator_url}/restapis/{found.api_id}/{found.api_stage}/_user_request_"
    return Target(name="api", url=stage, largest=10 * MEGABYTE, longest=29.0, silence=29.0)


def live_target(settings: Settings, found: Deployed) -> Target:
    """Return the WebSocket API; the emulator has it below one path."""
    url = f"{settings.emulator_url}/_aws/execute-api/{found.live_api_id}/live"
    return Target(name="live", url=url, largest=128 * 1024, longest=0.0, silence=0.0)


def rasa_target(settings: Settings, *, largest: int) -> Target:
    """Return Rasa production; its answers may stream, and a message may take a while."""
    return Target(name="rasa", url=settings.rasa_url, largest=largest, longest=0.0, silence=120.0)


class Targets:
    """Finds the target of a path, by what was deployed last."""

    def __init__(self, settings: Settings, folder: Folder) -> None:
        """Read nothing yet: the front door opens before the first deployment has ended."""
        self.settings, self.folder = settings, folder

    def api(self) -> Target | None:
        """Return the API, or None while nothing is deployed."""
        found = deployed(self.folder)
        return api_target(self.settings, found) if found else None

    def live(self) -> Target | None:
        """Return the WebSocket API, or None while nothing is deployed."""
        found = deployed(self.folder)
        return live_target(self.settings, found) if found and found.live_api_id else None

    def core(self) -> Target:
        """Return Rasa's own HTTP API, which takes models."""
        return rasa_target(self.settings, largest=800 * MEGABYTE)

    def channels(self) -> Target:
        """Return Rasa's channels, which take messages."""
        return rasa_target(self.settings, largest=10 * MEGABYTE)

    def ui_bucket(self) -> str | None:
        """Return the web UI's bucket, or None while nothing is deployed."""
        found = deployed(self.folder)
        return found.ui_bucket if found else None
