"""Commits and their files, by git's plumbing: trees are read and written without ever being checked out."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from parlance.domain.errors import Unprocessable
from parlance.domain.project import FILE_LIMIT, Files, is_project_file

if TYPE_CHECKING:
    from parlance.adapters.git import Git

PLAIN = {"100644", "100755"}
NOTHING = "0" * 40


class Heads(NamedTuple):
    """The remote repository's branches with their newest commits, and the one that it prefers."""

    commits: dict[str, str]
    default: str


def heads(git: Git) -> Heads:
    """Ask the remote repository for its branches; also of an empty one."""
    said = git.run("ls-remote", "--symref", "--", git.url, "HEAD", "refs/heads/*").decode(errors="replace")
    rows = [line.split("\t") for line in said.splitlines() if "\t" in line]
    commits = {name.removeprefix("refs/heads/"): sha for sha, name in rows if name.startswith("refs/heads/")}
    default = [word.removeprefix("ref: refs/heads/") for word, name in rows if word.startswith("ref: ")]
    return Heads(commits, next(iter(default), ""))


def fetch(git: Git, branch: str) -> str:
    """Bring a branch's newest commit here, without its history, and return its id."""
    git.run("fetch", "--quiet", "--depth=1", "--no-tags", "--", git.url, f"+refs/heads/{branch}:refs/remote")
    return git.line("rev-parse", "refs/remote^{commit}")


def read_files(git: Git, commit: str) -> Files:
    """Return the project's files in a commit (or tree); raises Unprocessable for one that is no text, or too large."""
    listed = git.run("ls-tree", "-r", "-z", "-l", "--full-tree", commit).decode(errors="surrogateescape")
    blobs: dict[str, str] = {}
    for entry in filter(None, listed.split("\0")):
        facts, path = entry.split("\t", 1)
        mode, _kind, blob, size = facts.split()
        if mode in PLAIN and is_project_file(path):
            if int(size) > FILE_LIMIT:
                raise _bad(path, f"larger than {FILE_LIMIT} bytes")
            blobs[path] = blob
    return {path: _text(path, body) for path, body in zip(blobs, contents(git, list(blobs.values())), strict=True)}


def contents(git: Git, blobs: list[str]) -> list[bytes]:
    """Return the blobs' bytes in their order, by one call."""
    rest = git.run("cat-file", "--batch", given="".join(f"{blob}\n" for blob in blobs).encode()) if blobs else b""
    found = []
    for _ in blobs:
        head, rest = rest.split(b"\n", 1)
        size = int(head.split()[2])
        found.append(rest[:size])
        rest = rest[size + 1 :]
    return found


def with_files(git: Git, commit: str | None, there: Files, wanted: Files) -> str:
    """Return a commit's tree with `wanted` in place of the project files that are `there`; all else stays."""
    index = {"GIT_INDEX_FILE": str(git.folder / "index")}
    git.run("read-tree", *([commit] if commit else ["--empty"]), more=index)
    gone = [f"0 {NOTHING}\t{path}\0" for path in there if path not in wanted]
    new = [path for path, text in wanted.items() if there.get(path) != text]
    changed = [f"100644 {git.line('hash-object', '-w', '--stdin', given=wanted[p].encode())}\t{p}\0" for p in new]
    git.run("update-index", "-z", "--replace", "--index-info", given="".join((*gone, *changed)).encode(), more=index)
    return git.line("write-tree", more=index)


def commit_of(git: Git, tree: str, parents: list[str], message: str, author: str = "Parlance") -> str:
    """Make a commit and return its id."""
    written = {"GIT_AUTHOR_NAME": author, "GIT_AUTHOR_EMAIL": git.environment["GIT_COMMITTER_EMAIL"]}
    words = [word for parent in parents for word in ("-p", parent)]
    return git.line("commit-tree", tree, *words, "-F", "-", given=message.encode(), more=written)


def tree_of(git: Git, commit: str) -> str:
    """Return a commit's tree."""
    return git.line("rev-parse", f"{commit}^{{tree}}")


def push(git: Git, commit: str, branch: str, *, is_new: bool) -> None:
    """Send a commit as the branch's newest; raises Conflict when the branch moved, or exists though it should not."""
    lease = [f"--force-with-lease=refs/heads/{branch}:"] if is_new else []
    git.run("push", "--quiet", "--porcelain", *lease, "--", git.url, f"{commit}:refs/heads/{branch}")


def _text(path: str, body: bytes) -> str:
    try:
        return body.decode()
    except UnicodeDecodeError as error:
        line = body[: error.start].count(b"\n") + 1
        raise _bad(path, "not UTF-8 text", line) from error


def _bad(path: str, message: str, line: int = 1) -> Unprocessable:
    problem = {"path": path, "line": line, "severity": "error", "message": message}
    return Unprocessable(f"{path}, line {line}: {message}.", code="InvalidProject", details={"problems": [problem]})
