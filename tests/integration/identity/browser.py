"""A browser on its way through single sign-on, one redirect at a time."""

from __future__ import annotations

import http.client
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit

from tests.support.api import Client, Reply

if TYPE_CHECKING:
    from tests.support.identity_provider import IdentityProvider


@dataclass
class Browser:
    """A browser: it keeps a cookie and follows the redirects one by one."""

    provider: IdentityProvider
    cookie: str = ""

    def leave(self, query: str = "") -> str:
        """Press the button; returns the provider's page."""
        reply = Client().get(f"/auth/oidc/login{query}")
        assert reply.status == 302, reply.text
        self.cookie = reply.headers["Set-Cookie"].split(";")[0]
        return reply.headers["Location"]

    def let_in(self, page: str) -> str:
        """Have the provider let the user in; returns the way back, below /api."""
        url = urlsplit(page)
        connection = http.client.HTTPConnection(url.hostname, url.port)
        connection.request("GET", f"{url.path}?{url.query}")
        back = urlsplit(connection.getresponse().headers["Location"])
        connection.close()
        assert back.path.startswith("/api/")
        return f"{back.path.removeprefix('/api')}?{back.query}"

    def come_back(self, path: str) -> dict[str, str]:
        """Follow the way back; returns what the log-in page is told."""
        reply = Client(headers={"Cookie": self.cookie}).get(path)
        assert reply.status == 302, reply.text
        url = urlsplit(reply.headers["Location"])
        assert url.path == "/login"
        told = {name: values[0] for name, values in parse_qs(url.fragment).items()}
        return told | ({"next": parse_qs(url.query)["next"][0]} if url.query else {})

    def exchange(self, token: str) -> Reply:
        """Do what the log-in page does with what it is told."""
        return Client(headers={"Cookie": self.cookie}).post("/auth", {"single_use_token": token})

    def log_in(self) -> Client:
        """Go the whole way."""
        told = self.come_back(self.let_in(self.leave()))
        assert "single_use_token" in told, told
        reply = self.exchange(told["single_use_token"])
        assert reply.status == 200, reply.text
        return Client(reply.json["access_token"])

    def refusal(self) -> str:
        """Go as far as it gets; returns the reason."""
        return self.come_back(self.let_in(self.leave()))["sign_on_error"]
