"""What the containers' commands read from the environment."""

import os
from typing import Any, Dict, Mapping, NamedTuple

NEEDED = ("RASA_X_TOKEN", "RASA_TOKEN", "RASA_MODEL_SERVER", "RASA_X_HOST", "DB_HOST", "EVENTS_TOPIC", "LOCK_TABLE")
DEFAULTS = {
    "DB_PORT": "5432",
    "DB_USER": "tracker",
    "DB_PASSWORD": "",
    "DB_DATABASE": "tracker",
    "DATA_BUCKET": "",
    "SPOOL_DIR": "spool",
    "ACTION_ENDPOINT": "http://127.0.0.1:5055/webhook",
    "RASA_ENVIRONMENT": "production",
    "RASA_TELEMETRY_ENABLED": "false",
    "LOCK_PREFIX": "",
}
HERE = os.path.dirname(os.path.abspath(__file__))


class MissingSettingsError(Exception):
    """The environment lacks settings; the message names all of them."""


class Serving(NamedTuple):
    """How Rasa's server runs; what its parts connect to is in `endpoints.yml`."""

    token: str
    port: int
    bind: str
    cors: str
    endpoints: str
    credentials: str
    environment: str
    kept_models: str

    @classmethod
    def from_env(cls, env: Mapping[str, str]) -> "Serving":
        """Read the server's settings; raise `MissingSettingsError` with all missing names at once."""
        require(env, NEEDED)
        return cls(
            token=env["RASA_TOKEN"],
            port=int(env.get("RASA_PORT", "5005")),
            bind=env.get("RASA_BIND", "0.0.0.0"),  # noqa: S104 - a container is reached from outside
            cors=env.get("RASA_CORS", "*"),
            endpoints=env.get("RASA_ENDPOINTS", os.path.join(HERE, "endpoints.yml")),
            credentials=env.get("RASA_CREDENTIALS", os.path.join(HERE, "credentials.yml")),
            environment=env.get("SERVING_ENVIRONMENT") or env.get("RASA_ENVIRONMENT") or "production",
            kept_models=_kept_models(env),
        )


def _kept_models(env: Mapping[str, str]) -> str:
    """Return the folder of the last model that worked: one a tag, because servers of several tags may share a disk."""
    tag = env["RASA_MODEL_SERVER"].rstrip("/").rsplit("/", 1)[-1]
    return os.path.join(env.get("SPOOL_DIR") or DEFAULTS["SPOOL_DIR"], "models", tag)


def require(env: Mapping[str, str], names: Any) -> None:
    """Raise `MissingSettingsError` with all of the names that are not set."""
    missing = [name for name in names if not env.get(name)]
    if missing:
        raise MissingSettingsError("The environment lacks %s." % ", ".join(missing))


def fill_in(env: Dict[str, str]) -> None:
    """Set the defaults of what `endpoints.yml` reads and the environment leaves out."""
    for name, value in DEFAULTS.items():
        env.setdefault(name, value)
