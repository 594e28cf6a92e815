"""A certified OpenID Connect provider (npm's oidc-provider) on loopback, and the person at the browser who logs in."""

from __future__ import annotations

import fcntl
import http.client
import json
import re
import subprocess
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode, urlsplit

from tests.support import ui
from tests.support.identity_provider import CLIENT

if TYPE_CHECKING:
    from collections.abc import Iterator

FOLDER = Path(__file__).parent / "oidc_provider"
RETURN = "http://parlance.test/api/auth/oidc/callback"
OTHER, SECRET = "another client of the provider", "a client's secret: %/+"
GRACE = {"email": "grace@example.test", "email_verified": True, "groups": ["botmasters"]}


def install() -> None:
    """Install the provider's packages where they are missing or stale, one test process at a time."""
    lock, mark = FOLDER / "package-lock.json", FOLDER / "node_modules" / ".package-lock.json"
    with (FOLDER / "package.json").open() as turn:
        fcntl.flock(turn, fcntl.LOCK_EX)
        if not mark.exists() or mark.stat().st_mtime < lock.stat().st_mtime:
            done = ui.run("npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", where=FOLDER)
            assert done.returncode == 0, done.stderr


def client(client_id: str) -> dict[str, Any]:
    """Return what is registered of a client."""
    return {"client_id": client_id, "client_secret": SECRET, "redirect_uris": [RETURN]}


@dataclass
class CertifiedProvider:
    """The running provider."""

    process: subprocess.Popen[str]
    issuer: str = ""

    def tell(self, **told: Any) -> None:
        """Change it: `users`, `clients`, `codeSeconds`, or `rotate` to sign with a new key from now on."""
        assert self.process.stdin
        assert self.process.stdout
        self.process.stdin.write(json.dumps(told) + "\n")
        self.process.stdin.flush()
        self.issuer = json.loads(self.process.stdout.readline())["issuer"]


@contextmanager
def certified_provider() -> Iterator[CertifiedProvider]:
    """Run it on a free port until the block ends."""
    install()
    command = [str(ui.node()), "provider.mjs"]
    process = subprocess.Popen(
        command,
        cwd=FOLDER,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    with process:  # it ends with its standard input
        running = CertifiedProvider(process)
        running.tell(clients=[client(CLIENT), client(OTHER)], users={"grace": GRACE})
        yield running


@dataclass
class Person:
    """Somebody at a browser: keeps the provider's cookies, follows its redirects, fills in its forms."""

    name: str
    cookies: dict[str, str] = field(default_factory=dict)
    forms: list[str] = field(default_factory=list)
    """What was asked: login, consent."""

    def let_in(self, page: str) -> str:
        """Log in and consent, from the provider's first page to the way back to us."""
        place, form = page, None
        for _ in range(12):
            status, location, text = self._ask(place, form)
            form = None
            if location.startswith(RETURN):
                return location
            if status in {302, 303}:
                place = location
                continue
            assert status == 200, text
            place, form = self._filled(text)
        raise AssertionError("the provider sends us round in circles")

    def _filled(self, text: str) -> tuple[str, dict[str, str]]:
        action = re.search(r'<form[^>]* action="([^"]+)"', text)
        prompt = re.search(r'name="prompt" value="(\w+)"', text)
        assert action
        assert prompt, text
        self.forms.append(prompt[1])
        return action[1], {"prompt": prompt[1], "login": self.name, "password": "whatever"}

    def _ask(self, place: str, form: dict[str, str] | None) -> tuple[int, str, str]:
        url = urlsplit(place)
        assert url.hostname == "127.0.0.1"
        connection = http.client.HTTPConnection(url.hostname, url.port, timeout=60)
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
        body = None
        if form:
            headers |= {"Content-Type": "application/x-www-form-urlencoded"}
            body = urlencode(form)
        connection.request("POST" if form else "GET", f"{url.path}?{url.query}", body, headers)
        answer = connection.getresponse()
        text = answer.read().decode()
        self._keep(answer.headers.get_all("Set-Cookie") or [])
        connection.close()
        location = answer.headers.get("Location", "")
        return answer.status, location if "//" in location else f"http://{url.netloc}{location}", text

    def _keep(self, told: list[str]) -> None:
        for line in told:
            name, _, value = line.split(";")[0].partition("=")
            self.cookies[name] = value
            if not value:
                del self.cookies[name]
