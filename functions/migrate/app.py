"""Deployment: brings the database to this code's schema, then makes the installation's key and first user."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from parlance.adapters.log import log


def handler(_event: dict[str, Any], _context: object) -> dict[str, str]:
    """Migrate to the newest revision and return it; harmless to repeat and to run twice at once."""
    from parlance.services.install import prepare

    revision = upgrade()
    prepare()
    log("migrate", revision=revision)
    return {"revision": revision}


def upgrade(patience: float = 60) -> str:
    """Bring the schema to the newest revision and return it; waits `patience` seconds for another deployment."""
    from alembic import command

    config = configuration()
    config.attributes["patience"] = patience
    command.upgrade(config, "head")
    return newest(config)


def configuration() -> Any:
    """Return Alembic's configuration without an .ini file: the scripts lie beside this file."""
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent))
    return config


def newest(config: Any) -> str:
    """Return the revision that this code expects."""
    from alembic.script import ScriptDirectory

    return str(ScriptDirectory.from_config(config).get_current_head())
