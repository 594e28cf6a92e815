"""The ring of signing keys in Secrets Manager: the first signs, all verify, so a new key overlaps with the old one."""

from __future__ import annotations

import time
from typing import Any

import msgspec

from parlance.adapters import aws
from parlance.domain.errors import Unavailable
from parlance.settings import settings

FRESH = 300.0
_cache: dict[str, tuple[float, tuple[Key, ...]]] = {}


class Key(msgspec.Struct, frozen=True, kw_only=True):
    """A key pair as PEM texts; `kid` names it in tokens' headers."""

    kid: str
    private: str
    public: str
    alg: str = "RS256"
    created: int = 0


class Ring(msgspec.Struct, frozen=True):
    """What the secret holds."""

    keys: tuple[Key, ...] = ()


def ring(*, fresh: float = FRESH) -> tuple[Key, ...]:
    """Return the keys, read again when the copy is older than `fresh` seconds."""
    name = settings().signing_key_secret
    read, kept = _cache.get(name, (0.0, ()))
    if not kept or time.monotonic() - read > fresh:
        kept = load(name).keys
        _cache[name] = (time.monotonic(), kept)
    if not kept:
        raise Unavailable("The installation has no signing key yet: run the migrations.", retry_after=10)
    return kept


def named(kid: object) -> Key:
    """Return the key of that id, looking again (every 10 s at most) for a new one; raises KeyError."""
    for fresh in (FRESH, 10.0):
        for key in ring(fresh=fresh):
            if key.kid == kid:
                return key
    raise KeyError(str(kid))


def load(name: str) -> Ring:
    """Read the secret past every cache; anything that is not a ring counts as empty."""
    text = aws.client("secretsmanager").get_secret_value(SecretId=name).get("SecretString", "")
    try:
        return msgspec.json.decode(text, type=Ring)
    except msgspec.DecodeError:
        return Ring()


def store(name: str, keys: tuple[Key, ...]) -> None:
    """Write the ring; warm processes see it within five minutes, or at once when a token names a new key."""
    text = msgspec.json.encode(Ring(keys)).decode()
    aws.client("secretsmanager").put_secret_value(SecretId=name, SecretString=text)
    _cache.pop(name, None)


def create() -> Key:
    """Make a new RSA key pair of 2048 bits; its id is the start of the public key's hash."""
    import hashlib

    from cryptography.hazmat.primitives.asymmetric import rsa

    private = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    public = _public_pem(private)
    kid = hashlib.sha256(public.encode()).hexdigest()[:16]
    return Key(kid=kid, private=_private_pem(private), public=public, created=int(time.time()))


def _private_pem(private: Any) -> str:
    from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

    pem: bytes = private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    return pem.decode()


def _public_pem(private: Any) -> str:
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

    pem: bytes = private.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    return pem.decode()
