"""RS256 tokens: signed with the first key of the ring, read with whichever key they name."""

from __future__ import annotations

import hashlib
import time
from functools import lru_cache
from typing import Any

from parlance.adapters import keys
from parlance.domain.errors import Unauthorized
from parlance.settings import settings

ALGORITHM = "RS256"
LIFETIME = 8 * 3600
KNOWN = 64
"""Tokens that a process remembers to have verified."""
EXPIRED: dict[str, Any] = {"message": "The token has expired: log in again.", "code": "TokenExpired"}
CLAIMS = ["exp", "iat", "iss", "username", "user"]


def issue(claims: dict[str, Any], *, lifetime: int = LIFETIME) -> str:
    """Sign claims with the current key; adds `iat` and `exp`."""
    import jwt

    key, now = keys.ring()[0], int(time.time())
    stamped = {"iat": now, "exp": now + lifetime, "iss": settings().public_url, **claims}
    return jwt.encode(stamped, _loaded(key.private), algorithm=ALGORITHM, headers={"kid": key.kid})


def read(token: str) -> dict[str, Any]:
    """Return the claims of a token of ours; raises Unauthorized for a forged, foreign or expired one."""
    import jwt

    try:
        claims = _verified(token, keys.named(_kid(token)).public, settings().public_url)
    except jwt.ExpiredSignatureError as error:
        raise Unauthorized(**EXPIRED) from error
    except (jwt.PyJWTError, KeyError, ValueError, TypeError) as error:
        raise Unauthorized("The token is not valid.", code="InvalidToken") from error
    if int(claims["exp"]) <= time.time():  # it was good when it was verified
        raise Unauthorized(**EXPIRED)
    return _shaped(claims)


@lru_cache(maxsize=4)
def _loaded(private: str) -> Any:
    """Parse a private key once: that takes longer than a signature."""
    from cryptography.hazmat.primitives.serialization import load_pem_private_key

    return load_pem_private_key(private.encode(), password=None)


@lru_cache(maxsize=KNOWN)
def _kid(token: str) -> Any:
    import jwt

    return jwt.get_unverified_header(token).get("kid")


@lru_cache(maxsize=KNOWN)
def _verified(token: str, public: str, issuer: str) -> dict[str, Any]:
    """Verify once a token and key: the answer never changes, but that the token expires."""
    import jwt

    options: Any = {"require": CLAIMS}
    claims: dict[str, Any] = jwt.decode(token, public, algorithms=[ALGORITHM], issuer=issuer, options=options)
    return claims


def _shaped(claims: dict[str, Any]) -> dict[str, Any]:
    user, name = claims["user"], claims["username"]
    named = isinstance(name, str) and "\x00" not in name
    if not (named and isinstance(user, dict) and isinstance(user.get("roles"), list)):
        raise Unauthorized("The token is not valid.", code="InvalidToken")
    return claims


def fingerprint(token: str) -> str:
    """Hash a random token for storage; it has 256 bits of entropy, so a plain hash is enough."""
    return hashlib.sha256(token.encode()).hexdigest()
