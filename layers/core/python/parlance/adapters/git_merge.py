"""Git's own three-way merge, with what both sides had in common last as its base, whatever became of the history."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from parlance.adapters.git import meaning
from parlance.adapters.git_trees import commit_of, read_files, tree_of, with_files
from parlance.domain.git import Clash

if TYPE_CHECKING:
    from parlance.adapters.git import Git
    from parlance.domain.git import Side
    from parlance.domain.project import Files

SHOWN = 100_000
"""Characters of a clash's text that are kept."""
LOCAL, REMOTE = "refs/heads/workbench", "refs/heads/repository"
CLASHED = 1


class Merged(NamedTuple):
    """What came of a merge: the project's files, and where both sides changed the same lines."""

    files: Files
    clashes: tuple[Clash, ...]
    tree: str


def merge(git: Git, base: Files, local: Files, commit: str) -> Merged:
    """Merge the workbench's files with a commit of the repository; files of other kinds are the commit's."""
    theirs = read_files(git, commit)
    root = commit_of(git, with_files(git, commit, theirs, base), [], "what both had")
    ours = commit_of(git, with_files(git, commit, theirs, local), [root], "workbench")
    remote = commit_of(git, tree_of(git, commit), [root], "repository")
    git.run("update-ref", LOCAL, ours)
    git.run("update-ref", REMOTE, remote)
    done = git.ask("merge-tree", "--write-tree", "--no-messages", "--name-only", "-z", "workbench", "repository")
    if done.returncode not in {0, CLASHED}:
        raise meaning(done.stderr.decode(errors="replace"))
    tree, *clashed = [word for word in done.stdout.decode(errors="surrogateescape").split("\0") if word]
    files = read_files(git, tree)
    clashes = tuple(Clash(path=path, text=files.get(path, "")[:SHOWN]) for path in dict.fromkeys(clashed))
    return Merged(files, clashes, tree)


def settled(git: Git, base: Files, local: Files, theirs: Files, resolve: dict[str, Side]) -> tuple[Files, Files]:
    """Return base and local files so that the merge finds no clash where somebody said whose lines stay."""
    base, local = dict(base), dict(local)
    every = base.keys() | local.keys() | theirs.keys()
    for path in every & resolve.keys() if "*" not in resolve else every:
        texts = (local.get(path), base.get(path), theirs.get(path))
        if len(set(texts)) > 2:  # noqa: PLR2004 - otherwise one side changed it, or both alike
            _put(local, path, _chosen(git, texts, resolve.get(path) or resolve["*"]))
            _put(base, path, texts[2])
    return base, local


def _chosen(git: Git, texts: tuple[str | None, ...], side: Side) -> str | None:
    """Return one file with the chosen side's lines where both changed; a side that removed it has no lines."""
    local, base, theirs = texts
    if local is None or theirs is None:
        return local if side == "local" else theirs
    places = []
    for name, text in (("local", local), ("base", base or ""), ("remote", theirs)):
        place = git.folder / f"one-{name}"
        place.write_bytes(text.encode())
        places.append(str(place))
    flag = "--ours" if side == "local" else "--theirs"
    return git.run("merge-file", "-p", flag, *places).decode()


def _put(files: Files, path: str, text: str | None) -> None:
    if text is None:
        files.pop(path, None)
    else:
        files[path] = text
