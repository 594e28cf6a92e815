"""The environments as one YAML text, which Rasa X let administrators save; here servers are part of the deployment."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import msgspec

from parlance.adapters.sql import transaction
from parlance.domain.environments import WORKER
from parlance.domain.errors import Invalid, Unprocessable
from parlance.domain.models import PRODUCTION
from parlance.domain.project_yaml import inspect, read
from parlance.services import environments
from parlance.services.environments import Change

if TYPE_CHECKING:
    from parlance.domain.environments import Place


VARIABLE = re.compile(r"\$\{?\w+\}?")
"""What stands for a token there; nobody reads it here."""


class Server(msgspec.Struct, frozen=True):
    """What the text says of an environment; its token stays in Secrets Manager."""

    url: str = ""


class _File(msgspec.Struct, frozen=True):
    rasa: dict[str, Server] | None = None


def save(text: str) -> dict[str, Any]:
    """Switch on what the text lists and off what it does not; return what there is then.

    Raises Invalid for a text of another shape, Unprocessable for servers that are not part of the deployment.
    """
    known = environments.known_places()
    listed = _read(text)
    _check(listed, known)
    with transaction():
        states = {one["name"]: one["state"] for one in environments.show()["details"] if one["name"] in known}
        changed = [name for name, state in states.items() if (name in listed) != (state != "off")]
        if PRODUCTION in changed and PRODUCTION not in listed:
            raise Unprocessable("production cannot be left out: users talk to it.", code="NotDeployed")
        for name in changed:
            environments.change(name, Change(state="on" if name in listed else "off"))
    return environments.show()


def _read(text: str) -> dict[str, Server]:
    plain = VARIABLE.sub("", text)
    errors = [problem for problem in inspect("environments.yml", plain) if problem.severity == "error"]
    if errors:
        raise Invalid(f"environments, line {errors[0].line}: {errors[0].message}")
    try:
        return msgspec.convert(read(plain), _File).rasa or {}
    except msgspec.ValidationError as error:
        raise Invalid(f"environments: {error}") from error


def _check(listed: dict[str, Server], known: dict[str, Place]) -> None:
    strange = [name for name, server in listed.items() if name != WORKER and not _is_deployed(server, known.get(name))]
    if strange:
        raise Unprocessable(
            f"{strange[0][:60]}: servers are part of the deployment, this text switches them on and off. There is "
            + ", ".join(f"{name} at {place.url}" for name, place in known.items()),
            code="NotDeployed",
        )


def _is_deployed(server: Server, place: Place | None) -> bool:
    return place is not None and server.url.rstrip("/") in {"", place.url}
