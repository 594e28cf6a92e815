"""What must be so before anything is started: cheap to check, and said in one sentence each."""

from __future__ import annotations

import shutil
from pathlib import Path

from infra.local.agent.podman import obstacle
from infra.local.assistant import project_files
from infra.local.daemon import sweep
from infra.local.deployed import deployed
from infra.local.failure import RunnerError
from infra.local.folder import folder_of, read_json
from infra.local.installation import has_actions
from infra.local.ports import check_ports
from infra.local.settings import Settings
from infra.local.status import current_status

GIGABYTES_NEEDED = 1.0


def check(settings: Settings) -> None:
    """Raise RunnerError unless the installation can be started, or runs already with these very settings."""
    folder = folder_of(settings)
    check_disk(folder.root)
    check_rasa(settings)
    project_files(Path(settings.assistant))
    if current_status(folder):
        check_same_ports(settings)
    else:
        sweep(folder)
        check_ports(settings)
        check_emulator_port(settings)


def check_disk(place: Path) -> None:
    """Raise when the disk is nearly full: better no start than a database that stops in the middle of a write."""
    free = shutil.disk_usage(place).free / 1e9
    if free < GIGABYTES_NEEDED:
        raise RunnerError(
            f"The disk of {place} has {free:.1f} GB free and {GIGABYTES_NEEDED:.0f} GB is needed:"
            " make room, or set PARLANCE_STATE to a folder on a larger disk."
        )


def check_rasa(settings: Settings) -> None:
    """Raise when Rasa's environment, or in its place podman with the images, is not there."""
    if settings.tasks == "containers":
        check_containers(settings)
    elif not Path(settings.rasa_python).exists():
        raise RunnerError(f"Rasa's Python {settings.rasa_python} is not there: `make install` makes its environment.")


def check_containers(settings: Settings) -> None:
    """Raise when tasks cannot run in containers."""
    images = ["parlance-rasa", *(["parlance-actions"] if has_actions(Path(settings.assistant)) else [])]
    if sentence := obstacle(images):
        raise RunnerError(sentence)


def check_emulator_port(settings: Settings) -> None:
    """Raise when the emulator should move: the addresses of an installation's queues have its port in them."""
    folder = folder_of(settings)
    known = read_json(folder.settings, dict[str, str])
    if known is None or deployed(folder) is None:
        return
    port = Settings.from_env(known).emulator_port
    if port != settings.emulator_port:
        raise RunnerError(
            f"This installation was made with PARLANCE_EMULATOR_PORT={port}, and its queues' addresses have that port:"
            " start it with the same, or `make reset` for a new installation."
        )


def check_same_ports(settings: Settings) -> None:
    """Raise when the installation runs with other ports, or its tasks otherwise."""
    known = read_json(folder_of(settings).settings, dict[str, str])
    running = settings if known is None else Settings.from_env(known)
    if running.ports() != settings.ports():
        raise RunnerError("It runs already with other ports: `make down` first, then `make up` with the new ones.")
    if running.tasks != settings.tasks:
        raise RunnerError(f"It runs already with its tasks as {running.tasks}: `make down` first.")
