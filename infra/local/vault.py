"""The passwords of this installation: made once, kept in its state folder with mode 600."""

from __future__ import annotations

import secrets

import msgspec

from infra.local.folder import Folder, read_json, write_private


class Vault(msgspec.Struct, frozen=True):
    """PostgreSQL's passwords: the server's superuser, the workbench's role, the tracker store's role."""

    superuser: str
    parlance: str
    tracker: str


def vault(folder: Folder) -> Vault:
    """Return the installation's passwords; the first call makes them."""
    known = read_json(folder.secrets, Vault)
    if known is None:
        known = Vault(*(secrets.token_urlsafe(24) for _ in range(3)))
        write_private(folder.secrets, known)
    return known
