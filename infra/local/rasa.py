"""How Rasa production is, and waiting for it."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from infra.local.api import Api, RefusedError
from infra.local.emulator import client
from infra.local.failure import RunnerError
from infra.local.folder import folder_of
from infra.local.installation import plain_secret
from infra.local.logfile import tail
from infra.local.status import current_status

if TYPE_CHECKING:
    from collections.abc import Callable

    from infra.local.deployed import Deployed
    from infra.local.settings import Settings

HOPELESS = 3  # ends by itself before it ever was ready


def wait_for_rasa(settings: Settings, found: Deployed, tell: Callable[[str], None]) -> None:
    """Wait until Rasa serves a model, if it shall run at all now.

    Raises RunnerError with the end of its log when it ends or takes too long.
    """
    token = plain_secret(settings, found, "RasaTokenSecret")
    if is_switched_off(settings, found):
        tell("asleep or off, as the workbench was told")
        return
    began, before = time.monotonic(), ended_tasks(settings, found)
    while (state := rasa_state(settings, token)) != "ready":
        passed = time.monotonic() - began
        if len(ended_tasks(settings, found) - before) >= HOPELESS:
            raise RunnerError(f"Rasa does not start: it ended {HOPELESS} times; {ending(settings)}")
        if passed > settings.patience:
            raise RunnerError(f"Rasa was not ready within {settings.patience} s; {ending(settings)}")
        if current_status(folder_of(settings)) is None:
            raise RunnerError("The supervisor ended while Rasa was starting: run `make up` again.")
        tell(f"{state}, {passed:.0f} s")
        time.sleep(0.5)


def is_switched_off(settings: Settings, found: Deployed) -> bool:
    """Tell whether Rasa production shall have no task now: put to sleep by its schedule, or switched off."""
    names = {"cluster": found.outputs["Cluster"], "services": [found.outputs["RasaService"]]}
    services = client(settings, "ecs").describe_services(**names)["services"]
    return bool(services) and services[0]["desiredCount"] == 0


def ended_tasks(settings: Settings, found: Deployed) -> set[str]:
    """Return the tasks of Rasa's service that have ended."""
    names = {"cluster": found.outputs["Cluster"], "serviceName": found.outputs["RasaService"]}
    return set(client(settings, "ecs").list_tasks(**names, desiredStatus="STOPPED")["taskArns"])


def ending(settings: Settings) -> str:
    """Return where Rasa's log is and how it ends."""
    log = folder_of(settings).logs / "serve.log"
    return f"its log {log} ends with: {' | '.join(tail(log, 3)) or 'nothing'}"


def rasa_state(settings: Settings, token: str) -> str:
    """Return `ready`, `loading the model` or `starting`."""
    try:
        status = Api(settings.rasa_url).call("GET", f"/status?token={token}", timeout=10)
    except RefusedError:
        return "loading the model"
    except RunnerError:
        return "starting"
    return "ready" if status.get("model_file") or status.get("model_id") else "loading the model"
