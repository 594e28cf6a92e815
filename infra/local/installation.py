"""Deploying at home: the same template and code path as in AWS, with this machine's parameters."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING, Any

import msgspec
from botocore.exceptions import BotoCoreError, ClientError

from infra.deploy import Deployment, deploy
from infra.local import postgres
from infra.local.api import Api
from infra.local.deployed import Deployed, deployed, note_deployed
from infra.local.emulator import client
from infra.local.failure import RunnerError
from infra.local.folder import folder_of
from infra.package.failure import DeploymentError, PackageError

if TYPE_CHECKING:
    from collections.abc import Callable

    from infra.local.settings import Settings

STACK = "parlance"
API_AT_ONCE = 4


def put_database_secrets(settings: Settings) -> dict[str, str]:
    """Put the two databases' secrets into Secrets Manager; return the template's parameters that name them."""
    folder, service = folder_of(settings), client(settings, "secretsmanager")
    names = {"DatabaseSecret": "parlance", "TrackerDatabaseSecret": "tracker"}
    return {
        parameter: put_secret(service, f"{STACK}/{name}-database", postgres.database_secret(settings, folder, name))
        for parameter, name in names.items()
    }


def put_secret(service: Any, name: str, value: dict[str, Any]) -> str:
    """Create or replace a secret; return its ARN."""
    text = msgspec.json.encode(value).decode()
    with suppress(service.exceptions.ResourceExistsException):
        return str(service.create_secret(Name=name, SecretString=text)["ARN"])
    return str(service.put_secret_value(SecretId=name, SecretString=text)["ARN"])


def put_bridge_secret(settings: Settings) -> dict[str, str]:
    """Put the bridge's settings into Secrets Manager; return the parameters that switch it on, none without one.

    Raises RunnerError when the file is no JSON object.
    """
    if settings.bridge == "none":
        return {}
    try:
        value = msgspec.json.decode(Path(settings.bridge_settings).expanduser().read_bytes(), type=dict[str, str])
    except (OSError, msgspec.MsgspecError) as error:
        raise RunnerError(f"PARLANCE_BRIDGE_SETTINGS is no file with a JSON object of texts: {error}") from error
    secret = put_secret(client(settings, "secretsmanager"), f"{STACK}/bridge", value)
    return {"Bridge": settings.bridge, "BridgeSecret": secret}


def parameters(settings: Settings, secrets: dict[str, str]) -> dict[str, str]:
    """Return the template's parameters for this machine."""
    actions = f"http://127.0.0.1:{settings.actions_port}/webhook"
    ports = {"RasaPort": str(settings.rasa_port), "ActionsPort": str(settings.actions_port)}
    more = {"CanaryPort": str(settings.canary_port), "StagingPort": str(settings.staging_port)}
    places = {"PublicUrl": settings.public_url, "RasaUrl": settings.rasa_url, "ActionEndpoint": actions}
    spool = {"SpoolDir": str(folder_of(settings).root / "spool")} if settings.tasks == "processes" else {}
    counts = {"RasaCount": "1", "ActionsCount": "1" if has_actions(Path(settings.assistant)) else "0"}
    fixed = {"FrontDoor": "false", "LogRetentionDays": "7"}
    return {**fixed, **spool, **counts, **places, **ports, **more, **secrets}


def has_actions(assistant: Path) -> bool:
    """Tell whether an assistant brings actions of its own; without them an action server has nothing to run."""
    return (assistant / "actions.py").is_file() or (assistant / "actions").is_dir()


def install(settings: Settings, tell: Callable[[str, float], None]) -> Deployed:
    """Deploy and note what came of it; raises RunnerError with the deployment's own sentence."""
    folder = folder_of(settings)
    wanted = parameters(settings, put_database_secrets(settings)) | put_bridge_secret(settings)
    target = Deployment(parameters=wanted, stack=STACK, endpoint=settings.emulator_url, build=folder.packages)
    try:
        return note_deployed(folder, deploy(target, tell))
    except (PackageError, DeploymentError) as error:
        raise RunnerError(str(error)) from error


def warm_up(settings: Settings, found: Deployed) -> None:
    """Start the event service and some environments of the API with nothing to do, so that nobody waits for a start.

    The API gets as many questions at once as a screen asks when it opens; what they are answered does not matter here.
    """
    api = Api(f"http://127.0.0.1:{settings.port}")
    with ThreadPoolExecutor(API_AT_ONCE) as threads:
        threads.map(api.status_of, ["/api/version"] * API_AT_ONCE)
        client(settings, "lambda").invoke(FunctionName=found.outputs["EventsFunction"], Payload=b'{"Records": []}')


def sweep_soon(settings: Settings, found: Deployed) -> None:
    """Have the sweeper do at once what it does each minute: jobs that were cut short begin again. Waits for nothing."""
    client(settings, "lambda").invoke(
        FunctionName=found.outputs["SweepFunction"], InvocationType="Event", Payload=b'{"source": "up"}'
    )


def warm_up_later(settings: Settings) -> None:
    """Do the same beside whatever else goes on, once there is a deployment: for an emulator that was started again."""
    found = deployed(folder_of(settings))
    if found:
        Thread(target=warm_quietly, args=(settings, found), daemon=True, name="warm-up").start()


def warm_quietly(settings: Settings, found: Deployed) -> None:
    """Warm up; an emulator that is away again costs nothing but the warmth."""
    with suppress(BotoCoreError, ClientError):
        warm_up(settings, found)


def first_user(settings: Settings, found: Deployed) -> tuple[str, str]:
    """Return the first user's name and the password that was made for this installation."""
    answer = client(settings, "secretsmanager").get_secret_value(SecretId=found.outputs["FirstUserSecret"])
    user = msgspec.json.decode(answer["SecretString"])
    return user["username"], user["password"]


def plain_secret(settings: Settings, found: Deployed, output: str) -> str:
    """Return a token that the stack made."""
    answer = client(settings, "secretsmanager").get_secret_value(SecretId=found.outputs[output])
    return str(answer["SecretString"])
