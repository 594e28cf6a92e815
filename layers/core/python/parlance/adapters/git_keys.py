"""The keys to the repository, in Secrets Manager and nowhere else."""

from __future__ import annotations

import msgspec

from parlance.adapters import aws
from parlance.domain.errors import Unavailable
from parlance.domain.git import Keys
from parlance.settings import settings


def load() -> Keys:
    """Read the keys past every cache; anything else in the secret counts as none."""
    text = aws.client("secretsmanager").get_secret_value(SecretId=_name()).get("SecretString", "")
    try:
        return msgspec.json.decode(text, type=Keys)
    except msgspec.DecodeError:
        return Keys()


def store(keys: Keys) -> None:
    """Write the keys."""
    aws.client("secretsmanager").put_secret_value(SecretId=_name(), SecretString=msgspec.json.encode(keys).decode())


def generated(keys: Keys) -> Keys:
    """Return the keys with a new pair of our own."""
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

    pair = Ed25519PrivateKey.generate()
    private = pair.private_bytes(Encoding.PEM, PrivateFormat.OpenSSH, NoEncryption()).decode()
    public = pair.public_key().public_bytes(Encoding.OpenSSH, PublicFormat.OpenSSH).decode()
    return msgspec.structs.replace(keys, generated_key=private, generated_public=f"{public} parlance")


def is_private_key(text: str) -> bool:
    """Tell whether a text is a private key that ssh can use without being asked for a passphrase."""
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives.serialization import load_pem_private_key, load_ssh_private_key

    body = text.strip().encode() + b"\n"
    read = load_ssh_private_key if b"OPENSSH PRIVATE KEY" in body else load_pem_private_key
    try:
        read(body, None)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        return False
    return True


def _name() -> str:
    if not settings().git_secret:
        raise Unavailable("This installation has no place for git's keys.", code="GitNotInstalled")
    return settings().git_secret
