"""Everything that can be set about the home installation, in one place (docs/operations.md lists it for people)."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Literal

import msgspec

from infra.local.failure import RunnerError

if TYPE_CHECKING:
    from collections.abc import Mapping

ROOT = Path(__file__).resolve().parents[2]
REGION = "us-east-1"
ACCOUNT = "000000000000"
LOWEST_PORT, HIGHEST_PORT = 1024, 65535

Tasks = Literal["processes", "containers"]
Bridge = Literal["none", "rabbitmq", "kafka"]


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """The runner's settings; each can be given as `make up NAME=value` or in the environment under its NAME."""

    state: str = str(ROOT / ".parlance")
    """PARLANCE_STATE: the folder that holds everything this installation knows."""
    port: int = 5002
    """PARLANCE_PORT: the front door, the one address for people and channels."""
    emulator_port: int = 4566
    """PARLANCE_EMULATOR_PORT: the AWS emulator."""
    rasa_port: int = 5005
    """PARLANCE_RASA_PORT: Rasa production."""
    actions_port: int = 5055
    """PARLANCE_ACTIONS_PORT: the assistant's action server."""
    canary_port: int = 5006
    """PARLANCE_CANARY_PORT: the canary's Rasa, when it is switched on."""
    staging_port: int = 5007
    """PARLANCE_STAGING_PORT: staging's Rasa, when it is switched on."""
    postgres_port: int = 5433
    """PARLANCE_POSTGRES_PORT: PostgreSQL, by TCP with a password."""
    assistant: str = str(ROOT / "examples" / "concierge")
    """PARLANCE_ASSISTANT: the assistant that fills an empty workbench; its `actions` are served."""
    rasa_python: str = str(ROOT / ".venv-rasa" / "bin" / "python")
    """PARLANCE_RASA_PYTHON: the interpreter of Rasa's environment."""
    tasks: Tasks = "processes"
    """PARLANCE_TASKS: how ECS tasks run: processes of this machine, or containers by podman."""
    patience: int = 300
    """PARLANCE_PATIENCE: seconds to wait for Rasa to get ready."""
    bridge: Bridge = "none"
    """PARLANCE_BRIDGE: the broker that a Rasa keeps: rabbitmq, kafka or none."""
    bridge_settings: str = ""
    """PARLANCE_BRIDGE_SETTINGS: a file with the bridge's own variables, a JSON object."""
    detach: bool = False
    """DETACH=1: return when all is ready and go on in the background."""
    yes: bool = False
    """YES=1: do not ask before deleting."""

    @classmethod
    def from_env(cls, env: Mapping[str, str]) -> Settings:
        """Read what is set; raises RunnerError that names a value which makes no sense."""
        given = {f.name: env[variable(f.name)] for f in msgspec.structs.fields(cls) if env.get(variable(f.name))}
        for name, text in given.items():
            check_value(name, text)
        return msgspec.convert(given, cls, strict=False).checked()

    def checked(self) -> Settings:
        """Return these settings with absolute folders; raises RunnerError on ports that collide or are no ports."""
        every = {**self.ports(), **self.ports_of_environments()}
        for name, port in every.items():
            if not LOWEST_PORT <= port <= HIGHEST_PORT:
                raise RunnerError(f"{name}={port} is no usable port: choose one from {LOWEST_PORT} to {HIGHEST_PORT}.")
            if twins := [other for other in every if every[other] == port and other != name]:
                raise RunnerError(f"{name} and {twins[0]} are both {port}: give each a port of its own.")
        folders = {name: str(Path(getattr(self, name)).absolute()) for name in ("state", "assistant", "rasa_python")}
        return msgspec.structs.replace(self, **folders)

    def ports(self) -> dict[str, int]:
        """Return each listening port by the name of its setting."""
        names = ("port", "emulator_port", "rasa_port", "actions_port", "postgres_port")
        return {variable(name): getattr(self, name) for name in names}

    def ports_of_environments(self) -> dict[str, int]:
        """Return the ports that are taken once staging or a canary is switched on."""
        return {variable(name): getattr(self, name) for name in ("canary_port", "staging_port")}

    def to_env(self) -> dict[str, str]:
        """Return the variables from which `from_env` builds the same settings in a child process."""
        values = {variable(f.name): getattr(self, f.name) for f in msgspec.structs.fields(type(self))}
        return {name: str(int(value)) if isinstance(value, bool) else str(value) for name, value in values.items()}

    def chosen(self) -> dict[str, str]:
        """Return what was set otherwise than by default, as variables: what the next `make up` goes on with.

        Not the state folder, in which this is kept, and not the switches, which are meant for one command.
        """
        plain = Settings(state=self.state).checked().to_env()
        once = (variable("state"), variable("detach"), variable("yes"))
        return {name: text for name, text in self.to_env().items() if text != plain[name] and name not in once}

    @property
    def public_url(self) -> str:
        """Where people and channels reach this installation."""
        return f"http://localhost:{self.port}"

    @property
    def emulator_url(self) -> str:
        """Where AWS clients reach the emulator."""
        return f"http://127.0.0.1:{self.emulator_port}"

    @property
    def rasa_url(self) -> str:
        """Where the workbench reaches Rasa production."""
        return f"http://127.0.0.1:{self.rasa_port}"


KINDS = {
    int: "a whole number",
    bool: "1 or 0",
    str: "a text",
    Tasks: "processes or containers",
    Bridge: "none, rabbitmq or kafka",
}
TESTING = ("PARLANCE_PASSWORD", "PARLANCE_SCREENS", "PARLANCE_TEST_RUN")  # of the tests and the screenshots
COMMAND_LINE = ("PARLANCE_URL", "PARLANCE_TOKEN", "PARLANCE_LOGIN")  # of `parlance` (docs/cli.md)


def check_value(name: str, text: str) -> None:
    """Raise RunnerError that names the setting unless the text can be its value."""
    kind = next(field.type for field in msgspec.structs.fields(Settings) if field.name == name)
    try:
        msgspec.convert(text, kind, strict=False)
    except msgspec.ValidationError as error:
        raise RunnerError(
            f"{variable(name)}={text} is not {KINDS[kind]} (see docs/operations.md, Settings)."
        ) from error


def unknown_settings(env: Mapping[str, str]) -> list[str]:
    """Return a sentence for each variable that looks like a setting of ours and is none: mostly a slip of the pen."""
    known = {variable(field.name) for field in msgspec.structs.fields(Settings)}
    odd = sorted(name for name in env if name.startswith("PARLANCE_") and name not in {*known, *TESTING, *COMMAND_LINE})
    return [f"{name} is no setting and changes nothing (docs/operations.md lists them)." for name in odd]


def variable(name: str) -> str:
    """Return a setting's name in the environment."""
    return name.upper() if name in ("detach", "yes") else f"PARLANCE_{name.upper()}"
