"""RS256 tokens: signed with the first key of the ring, read with whichever key they name."""

from __future__ import annotations

import hashlib
import time
from typing import Any

from parlance.adapters import keys
from parlance.domain.errors import Unauthorized
from parlance.settings import settings

ALGORITHM = "RS256"
LIFETIME = 8 * 3600
CLAIMS = ["exp", "iat", "iss", "username", "user"]


def issue(claims: dict[str, Any], *, lifetime: int = LIFETIME) -> str:
    """Sign claims with the current key; adds `iat` and `exp`."""
    import jwt

    key, now = keys.ring()[0], int(time.time())
    stamped = {"iat": now, "exp": now + lifetime, "iss": settings().public_url, **claims}
    return jwt.encode(stamped, key.private, algorithm=ALGORITHM, headers={"kid": key.kid})


def read(token: str) -> dict[str, Any]:
    """Return the claims of a token of ours; raises Unauthorized for a forged, foreign or expired one."""
    import jwt

    try:
        kid = jwt.get_unverified_header(token).get("kid")
        key = keys.named(kid)
        claims: dict[str, Any] = jwt.decode(
            token,
            key.public,
            algorithms=[ALGORITHM],
            issuer=settings().public_url,
            options={"require": CLAIMS},
        )
    except jwt.ExpiredSignatureError as error:
        raise Unauthorized("The token has expired: log in again.", code="TokenExpired") from error
    except (jwt.PyJWTError, KeyError, ValueError, TypeError) as error:
        raise Unauthorized("The token is not valid.", code="InvalidToken") from error
    return _shaped(claims)


def _shaped(claims: dict[str, Any]) -> dict[str, Any]:
    user, name = claims["user"], claims["username"]
    named = isinstance(name, str) and "\x00" not in name
    if not (named and isinstance(user, dict) and isinstance(user.get("roles"), list)):
        raise Unauthorized("The token is not valid.", code="InvalidToken")
    return claims


def fingerprint(token: str) -> str:
    """Hash a random token for storage; it has 256 bits of entropy, so a plain hash is enough."""
    return hashlib.sha256(token.encode()).hexdigest()
