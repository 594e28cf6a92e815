"""The bot's responses: listed, added, replaced, renamed and removed in the project's files."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from parlance.adapters.training_files import newest_training
from parlance.domain.conversations import LARGEST_PAGE, Number
from parlance.domain.training import responses as domain
from parlance.services import training_files

if TYPE_CHECKING:
    from collections.abc import Sequence

    from parlance.domain.project import Files
    from parlance.domain.training.responses import NewResponse, Response
    from parlance.services.training_files import Author


class ResponseFilter(msgspec.Struct, frozen=True, kw_only=True):
    """Which responses are wanted."""

    q: str = ""
    response_name: tuple[str, ...] = ()
    limit: Number = LARGEST_PAGE
    offset: Number = 0


def list_responses(wanted: ResponseFilter) -> tuple[list[dict[str, Any]], int]:
    """Return a page of variations, and how many there are."""
    files, authors = training_files.read_with_authors()
    needle, names, trained = wanted.q.casefold(), set(wanted.response_name), newest_training()
    found = [
        response
        for response in domain.responses(files)
        if (not names or response.name in names) and needle in f"{response.name} {response.content}".casefold()
    ]
    page = found[wanted.offset : wanted.offset + min(wanted.limit, LARGEST_PAGE)]
    return [_described(response, authors[response.path], trained) for response in page], len(found)


def list_groups() -> list[dict[str, Any]]:
    """Return the names of all responses with their variations."""
    files, authors = training_files.read_with_authors()
    trained = newest_training()
    groups: dict[str, list[dict[str, Any]]] = {}
    for response in domain.responses(files):
        groups.setdefault(response.name, []).append(_described(response, authors[response.path], trained))
    return [{"name": name, "responses": variations} for name, variations in groups.items()]


def add_response(new: NewResponse, who: str) -> dict[str, Any]:
    """Add a variation."""
    return _last(training_files.change(lambda files: domain.add(files, new), who), new)


def replace_responses(given: Sequence[NewResponse], who: str) -> list[dict[str, Any]]:
    """Remove every response and write these."""
    training_files.change(lambda files: domain.replace_all(files, given), who)
    return list_responses(ResponseFilter())[0]


def replace_response(name: str, new: NewResponse, *, who: str, if_match: str | None) -> dict[str, Any]:
    """Replace a variation; raises NotFound, or PreconditionFailed when somebody else has changed it."""
    return _last(training_files.change(lambda files: domain.replace(files, name, new, if_match), who), new)


def remove_response(name: str, *, who: str, if_match: str | None) -> None:
    """Remove a variation; raises NotFound, or PreconditionFailed when somebody else has changed it."""
    training_files.change(lambda files: domain.remove(files, name, if_match), who)


def rename_group(name: str, new: str, who: str) -> dict[str, Any]:
    """Rename a response everywhere; raises NotFound, or Conflict when the name is taken."""
    training_files.change(lambda files: domain.rename(files, name, new), who)
    return next(group for group in list_groups() if group["name"] == new)


def _last(files: Files, new: NewResponse) -> dict[str, Any]:
    wanted = new.content.items()
    same = [one for one in domain.responses(files) if one.name == new.response_name]
    found = [one for one in same if all(one.content.get(key) == value for key, value in wanted)] or same
    _, authors = training_files.read_with_authors()
    return _described(found[-1], authors[found[-1].path], newest_training())


def _described(response: Response, author: Author, trained: float) -> dict[str, Any]:
    return {
        **response.content,
        "id": response.id,
        "response_name": response.name,
        "annotator_id": author.user,
        "annotated_at": author.time,
        "project_id": "default",
        "edited_since_last_training": author.time > trained,
        "path": response.path,
        "line": response.line,
        "etag": response.etag,
    }
