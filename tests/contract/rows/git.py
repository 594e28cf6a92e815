"""Rows 146-154: the project's git repository; the tasks are real ones, over SSH to a real server."""

from __future__ import annotations

from typing import Any

from tests.contract.rows.calling import NOTHING, row

ALL = "/projects/default/git_repositories"
REPOSITORY = {
    "id", "name", "repository_url", "git_service", "target_branch", "is_target_branch_protected", "username",
}  # fmt: skip
JOB = {"id", "state", "kind"}
KEEP_JOB = {"job": lambda reply: reply.json["id"]}


def done(known: dict[str, Any]) -> None:
    """Run the task of the job that the row before began."""
    known["run"](known["job"])


# fmt: off
ROWS = (
    row(154, f"GET {ALL}/public_ssh_key", 200, {"public_ssh_key"}),
    row(147, f"POST {ALL}", 202, dict, json=lambda known: known["settings"],
        keep={"id": lambda reply: str(reply.json["repository"]["id"]), "job": lambda reply: reply.json["id"]}),
    row(146, f"GET {ALL}", 200, [REPOSITORY], before=done),
    row(148, f"GET {ALL}/{{id}}", 200, REPOSITORY),
    row(149, f"PUT {ALL}/{{id}}", 200, REPOSITORY, json=lambda known: known["settings"]),
    row(151, f"GET {ALL}/{{id}}/status", 200, dict),
    row(152, f"PUT {ALL}/{{id}}/branches/next?force=true", 202, JOB, keep=KEEP_JOB),
    row(153, f"POST {ALL}/{{id}}/branches/main/commits", 202, JOB, json={"message": "Annotations"}, keep=KEEP_JOB,
        before=done),
    row(150, f"DELETE {ALL}/{{id}}", 204, NOTHING, before=done),
    row(150, f"DELETE {ALL}/{{id}}", 404, {"status", "reason"}),
)
# fmt: on
