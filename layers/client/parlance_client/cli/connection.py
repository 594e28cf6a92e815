"""Which installation a command talks to, and as whom."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from parlance_client import Client, Transport
from parlance_client.cli import profile
from parlance_client.errors import Refused

if TYPE_CHECKING:
    import typer


def client(context: typer.Context) -> Client:
    """Return a client: PARLANCE_TOKEN counts more than the log-in that was kept. Raises Refused without either."""
    kept = profile.read()
    url, token = context.obj or (kept.url if kept else profile.DEFAULT_URL), os.environ.get("PARLANCE_TOKEN", "")
    if token:
        return Client(Transport(url, token=token))
    if kept is None or kept.url != url:
        raise Refused(f"Nobody is logged in at {url}.", status=401, reason="NotAuthenticated")
    return Client(Transport(url, token=kept.token))
