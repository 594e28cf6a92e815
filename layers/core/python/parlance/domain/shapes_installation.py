"""What the installation says of itself: health, versions, environments, log-in and its like."""

from __future__ import annotations

from typing import Literal

import msgspec

from parlance.domain.environments import State
from parlance.domain.schedules import Schedule
from parlance.domain.shapes import Account


class Me(msgspec.Struct, frozen=True, kw_only=True):
    """Who a token belongs to."""

    me: Account


class Verified(msgspec.Struct, frozen=True, kw_only=True):
    """That a token is valid."""

    valid: Literal[True]
    username: str


class VerifyingKey(msgspec.Struct, frozen=True, kw_only=True):
    """A key that verifies tokens, as PEM."""

    alg: str
    kid: str
    key: str


class SigningKey(msgspec.Struct, frozen=True, kw_only=True):
    """A key that signs tokens, without the key itself."""

    kid: str
    alg: str
    created: int


class KeyRing(msgspec.Struct, frozen=True, kw_only=True):
    """The keys, the one in use first."""

    keys: tuple[SigningKey, ...]


class RasaVersions(msgspec.Struct, frozen=True, kw_only=True):
    """Versions of the Rasa servers; 0.0.0 for one that does not answer."""

    production: str
    worker: str


class Versions(msgspec.Struct, frozen=True, kw_only=True, rename={"rasa_x": "rasa-x"}):
    """Versions, and the public keys of tokens."""

    rasa: RasaVersions
    rasa_x: str
    parlance: str
    keys: tuple[VerifyingKey, ...]


class ServerHealth(msgspec.Struct, frozen=True, kw_only=True):
    """State of a Rasa server: 200 when it is well."""

    status: int
    version: str
    message: str | None = None


class PartHealth(msgspec.Struct, frozen=True, kw_only=True):
    """State of another part."""

    status: str
    message: str | None = None


class Health(msgspec.Struct, frozen=True, kw_only=True):
    """State of every part."""

    status: Literal["ok", "degraded"]
    version: str
    production: ServerHealth
    worker: ServerHealth
    database_migration: PartHealth
    events: PartHealth


class Feature(msgspec.Struct, frozen=True, kw_only=True):
    """A feature flag."""

    name: str
    enabled: bool


class Telemetry(msgspec.Struct, frozen=True, kw_only=True):
    """Whether anything is reported to anybody: it is not."""

    enabled: Literal[False]
    message: str


class NewProject(msgspec.Struct, frozen=True, kw_only=True):
    """The project as it began."""

    name: str
    project: str
    created_by: str
    files: tuple[str, ...]


class Environment(msgspec.Struct, frozen=True, kw_only=True):
    """A Rasa of its own, and what runs of it; `share` is the canary's."""

    name: str
    tag: str | None
    url: str | None
    state: State
    wanted: int
    running: int
    schedule: Schedule | None = None
    share: int | None = None
    message: str | None = None
    etag: str | None = None


class Environments(msgspec.Struct, frozen=True, kw_only=True):
    """All of them: as Rasa X's YAML text, and each by itself."""

    environments: str
    details: tuple[Environment, ...]
    etag: str


class Woken(msgspec.Struct, frozen=True, kw_only=True):
    """What became of a knock."""

    environment: str
    state: State | Literal["waking"]
    retry_after: int
    message: str
