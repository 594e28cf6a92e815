"""The passwords of this installation: made once, kept in its state folder with mode 600."""

from __future__ import annotations

import secrets

import msgspec

from infra.local.folder import Folder, read_json, write_private


class Login(msgspec.Struct, frozen=True):
    """One role's way in."""

    password: str


class Vault(msgspec.Struct, frozen=True):
    """PostgreSQL's roles: the server's superuser, the workbench's, the tracker store's."""

    superuser: Login
    parlance: Login
    tracker: Login


def vault(folder: Folder) -> Vault:
    """Return the installation's passwords; the first call makes them."""
    known = read_json(folder.secrets, Vault)
    if known is None:
        known = Vault(*(Login(secrets.token_urlsafe(24)) for _ in range(3)))
        write_private(folder.secrets, known)
    return known
