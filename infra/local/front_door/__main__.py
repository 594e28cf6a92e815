"""The front door's process: `python -m infra.local.front_door`, started by the supervisor."""

from __future__ import annotations

import os

from aiohttp import web

from infra.local.front_door.app import make_app
from infra.local.settings import Settings


def main() -> None:
    """Serve on loopback until told to end; open requests get five seconds."""
    settings = Settings.from_env(os.environ)
    web.run_app(
        make_app(settings),
        host="127.0.0.1",
        port=settings.port,
        print=None,
        access_log=None,
        shutdown_timeout=5.0,
        handler_cancellation=True,
    )


if __name__ == "__main__":
    main()
