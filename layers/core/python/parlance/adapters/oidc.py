"""The identity provider: found by discovery, asked over HTTPS, its tokens checked by its own keys."""

from __future__ import annotations

import base64
import time
import urllib.error
import urllib.request
from typing import Any
from urllib.parse import quote, urlencode

import msgspec

from parlance.adapters import aws
from parlance.domain.errors import Unavailable
from parlance.domain.sign_on import Provider, SignOnFailed, require_secure
from parlance.settings import settings

FRESH = 3600.0
"""Seconds that the provider's description and keys are kept; an unknown key is looked for at once."""
FRESH_SETTINGS = 60.0
SOONEST = 10.0
TIMEOUT = 8
LIMIT = 1024 * 1024
ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512")
REQUIRED = ["iss", "sub", "aud", "exp", "iat", "nonce"]
LEEWAY = 60
OLDEST = 600
"""Seconds: a token that was issued earlier belongs to another log-in."""
_cache: dict[str, tuple[float, Any]] = {}


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_given: Any) -> None:
        """Codes and secrets go where discovery says, and nowhere else."""


_opener = urllib.request.build_opener(_NoRedirect)


def provider() -> Provider:
    """Return what the secret says; a change counts within a minute. Anything else in it counts as nothing."""
    name = settings().sso_secret
    return _kept(f"settings {name}", lambda: _configured(name), FRESH_SETTINGS) if name else Provider()


def discovered(found: Provider) -> dict[str, Any]:
    """Return the provider's own description; raises Unavailable when it is not the one of this issuer."""
    url = f"{found.issuer.rstrip('/')}/.well-known/openid-configuration"
    described: dict[str, Any] = _kept(url, lambda: _asked(require_secure(url)), FRESH)
    if described.get("issuer") != found.issuer:
        raise Unavailable("The identity provider calls itself otherwise than the settings do.", code="ProviderFailed")
    return described


def redeemed(found: Provider, code: str, verifier: str, return_url: str) -> dict[str, Any]:
    """Exchange the code for tokens; raises SignOnFailed when the provider refuses it."""
    described = discovered(found)
    form = {"grant_type": "authorization_code", "code": code, "redirect_uri": return_url, "code_verifier": verifier}
    headers = {}
    if not found.client_secret:
        form["client_id"] = found.client_id
    elif "client_secret_basic" in described.get("token_endpoint_auth_methods_supported", ["client_secret_basic"]):
        words = f"{quote(found.client_id, safe='')}:{quote(found.client_secret, safe='')}"
        headers["Authorization"] = "Basic " + base64.b64encode(words.encode()).decode()
    else:
        form |= {"client_id": found.client_id, "client_secret": found.client_secret}
    answer = _asked(_endpoint(described, "token_endpoint"), urlencode(form).encode(), headers)
    if not isinstance(answer.get("id_token"), str):
        raise SignOnFailed("The provider sent no ID token.", code="InvalidIdToken")
    return answer


def verified(found: Provider, token: str, nonce: str) -> dict[str, Any]:
    """Return an ID token's claims; raises SignOnFailed for one that is forged, stale, foreign or replayed."""
    import hmac

    import jwt

    try:
        claims: dict[str, Any] = jwt.decode(
            token,
            _key(found, token),
            algorithms=list(ALGORITHMS),
            audience=found.client_id,
            issuer=found.issuer,
            leeway=LEEWAY,
            options={"require": REQUIRED},
        )
    except (jwt.PyJWTError, ValueError, TypeError, KeyError) as error:
        raise SignOnFailed("The provider's ID token is not valid.", code="InvalidIdToken") from error
    audience = claims["aud"] if isinstance(claims["aud"], list) else [claims["aud"]]
    party = claims.get("azp", found.client_id if audience == [found.client_id] else "")
    is_ours = party == found.client_id and hmac.compare_digest(str(claims["nonce"]).encode(), nonce.encode())
    is_new = time.time() - claims["iat"] < OLDEST + LEEWAY
    if not (is_ours and is_new and isinstance(claims["sub"], str) and claims["sub"]):
        raise SignOnFailed("The provider's ID token is not of this log-in.", code="InvalidIdToken")
    return claims


def user_info(found: Provider, access_token: str, subject: str) -> dict[str, Any]:
    """Return what else the provider says of this user; nothing when it has no such endpoint, or speaks of another."""
    described = discovered(found)
    if "userinfo_endpoint" not in described:
        return {}
    url = _endpoint(described, "userinfo_endpoint")
    said = _asked(url, headers={"Authorization": f"Bearer {access_token}"})
    return said if said.get("sub") == subject else {}


def _endpoint(described: dict[str, Any], name: str) -> str:
    return require_secure(str(described.get(name, "")))


def _key(found: Provider, token: str) -> Any:
    """Return the public key that the token names; one that is unknown is looked for at most every ten seconds."""
    import jwt

    url = _endpoint(discovered(found), "jwks_uri")
    head = jwt.get_unverified_header(token)
    if head.get("alg") not in ALGORITHMS:
        raise jwt.InvalidAlgorithmError
    for fresh in (FRESH, SOONEST):
        keys = [key for key in _kept(url, lambda: _asked(url), fresh).get("keys", []) if _fits(key, head)]
        if keys:
            return jwt.PyJWK(keys[0], algorithm=head["alg"])
    raise KeyError(head.get("kid"))


def _fits(key: dict[str, Any], head: dict[str, Any]) -> bool:
    asymmetric = key.get("kty") in {"RSA", "EC"} and key.get("use", "sig") == "sig"
    return asymmetric and key.get("alg", head["alg"]) == head["alg"] and key.get("kid") == head.get("kid")


def _configured(name: str) -> Provider:
    text = aws.client("secretsmanager").get_secret_value(SecretId=name).get("SecretString", "")
    try:
        return msgspec.json.decode(text, type=Provider)
    except msgspec.DecodeError:
        return Provider()


def _kept(name: str, ask: Any, fresh: float) -> Any:
    read, value = _cache.get(name, (0.0, None))
    if value is None or time.monotonic() - read > fresh:
        value = ask()
        _cache[name] = (time.monotonic(), value)
    return value


def _asked(url: str, form: bytes | None = None, headers: dict[str, str] | None = None) -> dict[str, Any]:
    request = urllib.request.Request(url, form, {"Accept": "application/json", **(headers or {})})  # noqa: S310 - checked
    try:
        with _opener.open(request, timeout=TIMEOUT) as answer:
            body = answer.read(LIMIT)
        return msgspec.json.decode(body, type=dict[str, Any])
    except urllib.error.HTTPError as error:
        refused = form is not None and error.code in {400, 401, 403}
        if refused:
            raise SignOnFailed("The provider refuses the code.", code="CodeRefused") from error
        raise Unavailable("The identity provider does not answer as it should.", code="ProviderFailed") from error
    except (OSError, ValueError) as error:
        raise Unavailable("The identity provider does not answer.", code="ProviderFailed") from error
