"""Real git servers on loopback: bare repositories behind a real sshd, and behind HTTPS with an authority of its own."""

from __future__ import annotations

import base64
import getpass
import os
import ssl
import subprocess
import threading
import time
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit
from uuid import uuid4

import pytest

from parlance.adapters import aws
from parlance.settings import settings
from tests.support.certificate import write_certificate
from tests.support.postgres import free_port

if TYPE_CHECKING:
    from collections.abc import Iterator

SSHD = "/usr/sbin/sshd"
QUIET = {**os.environ, "GIT_CONFIG_NOSYSTEM": "1", "GIT_CONFIG_GLOBAL": os.devnull}
SOMEBODY = ("-c", "user.name=Grace", "-c", "user.email=grace@example.test", "-c", "init.defaultBranch=main")


def run(*words: str, cwd: Path | None = None) -> str:
    """Run a command that must succeed and return what it prints."""
    done = subprocess.run(words, cwd=cwd, env=QUIET, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def let_git_tasks_begin(patch: pytest.MonkeyPatch) -> None:
    """Give the workbench what a git task needs; it waits there until the test carries it out."""
    name, ecs = f"t-{uuid4().hex[:12]}", aws.client("ecs")
    ecs.create_cluster(clusterName=name)
    ecs.register_task_definition(
        family=f"{name}-git", containerDefinitions=[{"name": "git", "image": "git", "memory": 512}]
    )
    secret = aws.client("secretsmanager").create_secret(Name=f"{name}-git", SecretString="{}")["ARN"]
    for variable, value in {"CLUSTER": name, "GIT_TASK": f"{name}-git", "GIT_SECRET": secret}.items():
        patch.setenv(variable, value)
    settings.cache_clear()


def keygen(path: Path) -> str:
    """Make a key pair and return the public half."""
    run("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "test", "-f", str(path))
    return path.with_suffix(".pub").read_text().strip()


@dataclass(frozen=True)
class Origin:
    """A bare repository, and a colleague's clone of it."""

    bare: Path
    clone: Path

    @classmethod
    def create(cls, folder: Path) -> Origin:
        """Make an empty repository."""
        run("git", *SOMEBODY, "init", "-q", "--bare", str(folder / "bare.git"))
        run("git", *SOMEBODY, "clone", "-q", str(folder / "bare.git"), str(folder / "clone"))
        return cls(folder / "bare.git", folder / "clone")

    def push(self, files: dict[str, str | bytes | None], branch: str = "main", *, force: bool = False) -> str:
        """Have the colleague commit and push; None removes a file. Returns the commit."""
        self.git("fetch", "-q", "origin")
        known = run("git", "ls-remote", str(self.bare), f"refs/heads/{branch}")
        self.git("checkout", "-q", "-B", branch, *([f"origin/{branch}"] if known and not force else []))
        for path, text in files.items():
            place = self.clone / path
            place.parent.mkdir(parents=True, exist_ok=True)
            if text is None:
                place.unlink()
            else:
                place.write_bytes(text if isinstance(text, bytes) else text.encode())
        self.git("add", "-A")
        self.git("commit", "-q", "--allow-empty", "-m", "a colleague's work")
        self.git("push", "-q", *(["--force"] if force else []), "origin", branch)
        return self.git("rev-parse", "HEAD")

    def git(self, *words: str) -> str:
        """Run git in the colleague's clone."""
        return run("git", *SOMEBODY, *words, cwd=self.clone)

    def show(self, path: str, branch: str = "main") -> str:
        """Return a file as it stands in the repository."""
        done = subprocess.run(
            ["git", "--git-dir", str(self.bare), "show", f"{branch}:{path}"], env=QUIET, capture_output=True, check=True
        )
        return done.stdout.decode()

    def log(self, branch: str = "main") -> list[str]:
        """Return the subjects and authors of a branch's commits, the newest first."""
        said = run("git", "--git-dir", str(self.bare), "log", "--format=%an: %s", branch)
        return said.splitlines()


@dataclass(frozen=True)
class SshServer:
    """A real sshd for this account on a loopback port, with a host key and authorized keys of its own."""

    folder: Path
    port: int

    def url(self, origin: Origin) -> str:
        """Return a repository's address."""
        return f"ssh://{getpass.getuser()}@127.0.0.1:{self.port}{origin.bare}"

    @property
    def known_hosts(self) -> str:
        """Return the line by which ssh knows this server."""
        kind, key = (self.folder / "host.pub").read_text().split()[:2]
        return f"[127.0.0.1]:{self.port} {kind} {key}\n"

    def allow(self, *public: str) -> None:
        """Let these keys in, and no others."""
        (self.folder / "authorized_keys").write_text("".join(f"{key}\n" for key in public))


@contextmanager
def ssh_server(folder: Path) -> Iterator[SshServer]:
    """Run an sshd until the block ends."""
    if not Path(SSHD).exists():
        pytest.skip("openssh-server is not installed")
    folder.mkdir(parents=True, exist_ok=True)
    server = SshServer(folder, free_port())
    keygen(folder / "host")
    server.allow()
    if os.geteuid() == 0:
        Path("/run/sshd").mkdir(mode=0o755, exist_ok=True)
    options = {
        "Port": server.port, "ListenAddress": "127.0.0.1", "HostKey": folder / "host", "PidFile": "none",
        "AuthorizedKeysFile": folder / "authorized_keys", "StrictModes": "no", "UsePAM": "no",
        "PasswordAuthentication": "no", "KbdInteractiveAuthentication": "no", "PermitRootLogin": "prohibit-password",
        "MaxStartups": "100",
    }  # fmt: skip
    words = [word for name, value in options.items() for word in ("-o", f"{name}={value}")]
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen([SSHD, "-D", "-e", "-f", "/dev/null", *words], stderr=log)
        try:
            wait_for(server.port)
            yield server
        finally:
            process.terminate()
            process.wait(120)


def wait_for(port: int) -> None:
    """Wait until something listens."""
    import socket

    end = time.monotonic() + 120
    while time.monotonic() < end:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.02)
    raise TimeoutError(f"nothing listens on {port}")


class Backend(BaseHTTPRequestHandler):
    """Git's own HTTP backend behind Basic authentication."""

    server: HttpsServer

    def answer(self) -> None:
        """Ask for name and password, then hand the request to git."""
        expected = base64.b64encode(b"grace:secret-token").decode()
        if self.headers.get("Authorization") != f"Basic {expected}":
            self.send_response(401)
            self.send_header("WWW-Authenticate", 'Basic realm="git"')
            self.send_header("Content-Length", "0")
            self.end_headers()
            return
        url = urlsplit(self.path)
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        variables = {
            "GIT_PROJECT_ROOT": str(self.server.root), "GIT_HTTP_EXPORT_ALL": "1", "REMOTE_USER": "grace",
            "PATH_INFO": url.path, "QUERY_STRING": url.query, "REQUEST_METHOD": self.command,
            "CONTENT_TYPE": self.headers.get("Content-Type", ""), "CONTENT_LENGTH": str(len(body)),
            "HTTP_CONTENT_ENCODING": self.headers.get("Content-Encoding", ""),
            "GIT_PROTOCOL": self.headers.get("Git-Protocol", ""),
        }  # fmt: skip
        done = subprocess.run(
            ["git", "http-backend"], input=body, env=QUIET | variables, capture_output=True, check=True
        )
        head, content = done.stdout.split(b"\r\n\r\n", 1)
        fields = dict(line.split(": ", 1) for line in head.decode().split("\r\n"))
        self.send_response(int(fields.pop("Status", "200").split()[0]))
        for name, value in (fields | {"Content-Length": str(len(content))}).items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(content)

    do_GET = do_POST = answer  # noqa: N815  http.server looks for these names

    def log_message(self, *_args: Any) -> None:
        """Say nothing."""


class HttpsServer(ThreadingHTTPServer):
    """Git over HTTPS; `grace` with `secret-token` may read and write."""

    daemon_threads = True

    def __init__(self, folder: Path, root: Path) -> None:
        """Listen on any free port, with a certificate that nobody trusts yet."""
        super().__init__(("127.0.0.1", 0), Backend)
        self.root = root
        self.authority = write_certificate(folder)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(folder / "certificate.pem", folder / "key.pem")
        self.socket = context.wrap_socket(self.socket, server_side=True)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that hangs up, or trusts no certificate, is what some tests are about."""

    def url(self, origin: Origin) -> str:
        """Return a repository's address."""
        return f"https://127.0.0.1:{self.server_port}/{origin.bare.relative_to(self.root)}"


@contextmanager
def https_server(folder: Path, root: Path) -> Iterator[HttpsServer]:
    """Serve the repositories below `root` until the block ends."""
    folder.mkdir(parents=True, exist_ok=True)
    server = HttpsServer(folder, root)
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
