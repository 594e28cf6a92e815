"""The contract's calls on the git repository: the tasks are the real ones, over SSH to a real server."""

from __future__ import annotations

from typing import TYPE_CHECKING

from parlance.services import git_job
from tests.contract.rows.calling import call_all
from tests.contract.rows.git import ROWS

if TYPE_CHECKING:
    from tests.integration.git.conftest import Bench
    from tests.support.git_server import Origin, SshServer


def test_rows_of_git(bench: Bench, origin: Origin, sshd: SshServer, key: str) -> None:
    settings = {"repository_url": sshd.url(origin), "ssh_key": key, "known_hosts": sshd.known_hosts}
    settings |= {"name": "bot", "target_branch": "main", "git_service": "gitlab"}
    known = {"settings": {**settings, "is_target_branch_protected": False}, "run": git_job.carry_out_job}

    call_all(ROWS, {"admin": bench.client}, known)
