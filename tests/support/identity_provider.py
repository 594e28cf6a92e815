"""A real, small identity provider on loopback: OpenID Connect with discovery, PKCE, RSA keys and all endpoints."""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
import threading
import time
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, unquote, urlencode, urlsplit

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

CLIENT, SECRET = "parlance", "a client's secret: ä/+"
GRACE = {"sub": "u-1", "email": "grace@example.test", "email_verified": True, "groups": ["botmasters"]}


class Key:
    """A signing key under a name."""

    def __init__(self, kid: str) -> None:
        """Make it."""
        self.kid = kid
        self.private = rsa.generate_private_key(public_exponent=65537, key_size=2048)

    def public(self) -> dict[str, Any]:
        """Return it as the provider publishes it."""
        shown = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(self.private.public_key()))
        return {**shown, "kid": self.kid, "use": "sig", "alg": "RS256"}


class Exchange(BaseHTTPRequestHandler):
    """One request to the provider."""

    server: IdentityProvider

    def do_GET(self) -> None:
        """Describe, publish keys, let somebody in, tell about them."""
        url = urlsplit(self.path)
        asked = dict(parse_qsl(url.query))
        match url.path:
            case "/.well-known/openid-configuration":
                self.say(200, self.server.description())
            case "/keys":
                self.server.asked_for_keys += 1
                self.say(200, {"keys": [key.public() for key in self.server.keys]})
            case "/authorize":
                self.authorize(asked)
            case "/userinfo":
                known = self.headers.get("Authorization") == "Bearer an access token"
                self.say(200, self.server.user) if known else self.say(401, {})
            case _:
                self.say(404, {})

    def authorize(self, asked: dict[str, str]) -> None:
        """Let the user in without a word, as a provider does that knows the browser."""
        code = secrets.token_urlsafe(16)
        self.server.codes[code] = asked
        told = {"code": code, "state": asked["state"], "iss": self.server.issuer}
        self.send_response(302)
        self.send_header("Location", f"{asked['redirect_uri']}?{urlencode(told)}")
        self.send_header("Content-Length", "0")
        self.end_headers()

    def do_POST(self) -> None:
        """Exchange a code, once, for whoever proves to be the client that asked and has the verifier."""
        form = dict(parse_qsl(self.rfile.read(int(self.headers["Content-Length"])).decode()))
        asked = self.server.codes.pop(form.get("code", ""), None)
        digest = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        challenge = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
        given = base64.b64decode(self.headers.get("Authorization", "").removeprefix("Basic ")).decode()
        client = [unquote(part) for part in given.split(":")]
        fine = asked and client == [CLIENT, SECRET] and form["grant_type"] == "authorization_code"
        if not fine or asked["code_challenge"] != challenge or asked["redirect_uri"] != form["redirect_uri"]:
            self.say(400, {"error": "invalid_grant"})
            return
        token = self.server.id_token(asked["nonce"])
        self.say(200, {"id_token": token, "access_token": "an access token", "token_type": "Bearer"})

    def say(self, status: int, content: Any) -> None:
        """Answer JSON."""
        body = json.dumps(content).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_args: Any) -> None:
        """Say nothing."""


class IdentityProvider(ThreadingHTTPServer):
    """The provider; `user` is who sits at the browser, `sign` may be bent by tests."""

    daemon_threads = True

    def __init__(self) -> None:
        """Listen on any free port."""
        super().__init__(("127.0.0.1", 0), Exchange)
        self.codes: dict[str, dict[str, str]] = {}
        self.keys = [Key("first")]
        self.user: dict[str, Any] = dict(GRACE)
        self.in_token: set[str] | None = None
        self.sign: Callable[[dict[str, Any]], str] = self.signed
        self.asked_for_keys = 0

    @property
    def issuer(self) -> str:
        """Its address."""
        return f"http://127.0.0.1:{self.server_port}"

    def description(self) -> dict[str, Any]:
        """Return what discovery shows."""
        places = {"authorization": "authorize", "token": "token", "userinfo": "userinfo"}
        return {
            "issuer": self.issuer,
            "jwks_uri": f"{self.issuer}/keys",
            **{f"{name}_endpoint": f"{self.issuer}/{path}" for name, path in places.items()},
            "response_types_supported": ["code"],
            "id_token_signing_alg_values_supported": ["RS256"],
        }

    def claims(self, nonce: str) -> dict[str, Any]:
        """Return an ID token's claims."""
        now = int(time.time())
        shown = {name: value for name, value in self.user.items() if not self.in_token or name in self.in_token}
        return {"iss": self.issuer, "aud": CLIENT, "iat": now, "exp": now + 300, "nonce": nonce, **shown}

    def id_token(self, nonce: str) -> str:
        """Return the token for a log-in."""
        return self.sign(self.claims(nonce))

    def signed(self, claims: dict[str, Any], **header: Any) -> str:
        """Sign with the newest key."""
        key = self.keys[-1]
        return jwt.encode(claims, key.private, algorithm="RS256", headers={"kid": key.kid, **header})


@contextmanager
def identity_provider() -> Iterator[IdentityProvider]:
    """Run the provider until the block ends."""
    server = IdentityProvider()
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
