"""A real `git` in a folder of its own: no working copy, no hooks, nobody's configuration, host keys always checked."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from parlance.adapters import ssh
from parlance.domain.errors import AppError, Conflict, Unavailable, Unprocessable

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    Done = subprocess.CompletedProcess[bytes]

    from parlance.domain.git import Keys, Repository

PATIENCE = 300
"""Seconds that one call of git may take."""
SAID = 2000
OUT_OF_THE_WAY = ("PATH", "HOME", "TMPDIR", "LANG")
ASKPASS = '#!/bin/sh\ncase "$1" in Username*) printf %s "$GIT_NAME" ;; *) printf %s "$GIT_SECRET" ;; esac\n'
MEANINGS: tuple[tuple[str, type[AppError], str, str], ...] = (
    (r"host key verification failed|remote host identification has changed", Unprocessable, "HostKeyUnknown",
     "The host's key is not the one that is known."),
    (r"permission denied|authentication failed|could not read (username|password)|invalid username|http basic|403",
     Unprocessable, "CredentialsRefused", "The git server refuses the key or the password."),
    (r"not appear to be a git repository|repository not found|repository '.*' not found|no such file", Unprocessable,
     "RepositoryNotFound", "There is no such repository, or these credentials may not see it."),
    (r"ssl certificate|certificate verif|server certificate", Unprocessable, "CertificateRefused",
     "The server's certificate is not trusted: give the authority's in ca_certificate."),
    (r"\[rejected\]|non-fast-forward|stale info", Conflict, "RemoteChanged", "The branch moved meanwhile."),
    (r"remote rejected|protected branch|hook declined", Unprocessable, "PushRefused", "The server refuses the push."),
    (r"couldn't find remote ref|no such ref", Unprocessable, "BranchNotFound", "The repository has no such branch."),
    (r"could not resolve|connection (refused|timed out|reset|closed)|unable to access|network is unreachable|no route",
     Unavailable, "RemoteUnreachable", "The git server does not answer."),
)  # fmt: skip


class Git:
    """Git's own commands on one bare repository; whatever git refuses becomes an AppError with a code."""

    def __init__(self, folder: Path, environment: dict[str, str], url: str) -> None:
        """Use `opened`."""
        self.folder, self.environment, self.url = folder, environment, url

    def run(self, *arguments: str, given: bytes = b"", more: Mapping[str, str] | None = None) -> bytes:
        """Return what git prints; raises the error that its refusal means."""
        done = self.ask(*arguments, given=given, more=more)
        if done.returncode:
            raise meaning((done.stderr + done.stdout).decode(errors="replace"))
        return done.stdout

    def ask(
        self, *arguments: str, given: bytes = b"", more: Mapping[str, str] | None = None
    ) -> subprocess.CompletedProcess[bytes]:
        """Run git and return what came of it, success or not; raises Unavailable when it takes too long."""
        command = ["git", "--git-dir", str(self.folder), *arguments]
        try:
            return subprocess.run(
                command,
                input=given,
                capture_output=True,
                env={**self.environment, **(more or {})},
                timeout=PATIENCE,
                check=False,
            )
        except subprocess.TimeoutExpired as error:
            raise Unavailable("git took too long.", code="GitTimeout") from error
        except FileNotFoundError as error:
            raise Unavailable("There is no git program where the git task runs.", code="GitNotInstalled") from error

    def line(self, *arguments: str, given: bytes = b"", more: Mapping[str, str] | None = None) -> str:
        """Return the one line that git prints."""
        return self.run(*arguments, given=given, more=more).decode().strip()


@contextmanager
def opened(repository: Repository, keys: Keys) -> Iterator[Git]:
    """Give an empty repository that knows how to reach the remote one; nothing of it is left afterwards."""
    with TemporaryDirectory(prefix="parlance-git-") as place:
        folder = Path(place)
        git = Git(folder / "bare", _environment(folder, repository, keys), repository.repository_url)
        git.run("init", "--quiet", "--bare", "--template=", str(git.folder))
        yield git


def _environment(folder: Path, repository: Repository, keys: Keys) -> dict[str, str]:
    kept = {name: os.environ[name] for name in OUT_OF_THE_WAY if name in os.environ}
    secret = _ssh(folder, repository, keys) if repository.address.kind == "ssh" else _https(folder, repository, keys)
    return {
        **kept,
        "LC_ALL": "C.UTF-8",
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_TERMINAL_PROMPT": "0",
        "GIT_ALLOW_PROTOCOL": repository.address.kind,
        "GIT_COMMITTER_NAME": "Parlance",
        "GIT_COMMITTER_EMAIL": "parlance@localhost",
        **secret,
    }


def _ssh(folder: Path, repository: Repository, keys: Keys) -> dict[str, str]:
    private = keys.generated_key if keys.use_generated else keys.ssh_key
    key, known = folder / "key", folder / "known_hosts"
    for path, text in ((key, private.strip() + "\n"), (known, repository.known_hosts)):
        path.touch(mode=0o600)
        path.write_text(text)
    return {"GIT_SSH_COMMAND": shlex.join(ssh.command(key, known)), "GIT_SSH_VARIANT": "ssh"}


def _https(folder: Path, repository: Repository, keys: Keys) -> dict[str, str]:
    askpass = folder / "askpass"
    askpass.touch(mode=0o700)
    askpass.write_text(ASKPASS)
    found = {"GIT_ASKPASS": str(askpass), "GIT_NAME": repository.username or "", "GIT_SECRET": keys.password}
    if repository.ca_certificate:
        bundle = folder / "authority.pem"
        bundle.write_text(repository.ca_certificate)
        found["GIT_SSL_CAINFO"] = str(bundle)
    return found


def meaning(said: str) -> AppError:
    """Tell what git's words mean; they name no password, for none is ever in an address or on a command line."""
    for pattern, kind, code, message in MEANINGS:
        if re.search(pattern, said, re.IGNORECASE):
            return kind(message, code=code, details={"git": said.strip()[-SAID:]})
    return Unprocessable("git failed.", code="GitFailed", details={"git": said.strip()[-SAID:]})
