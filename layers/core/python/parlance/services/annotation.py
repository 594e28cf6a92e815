"""Annotating conversations: flag, correct, tag."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from parlance.adapters import annotations as store
from parlance.adapters.sql import transaction
from parlance.domain.errors import Invalid, NotFound
from parlance.services.conversations import hold, require

if TYPE_CHECKING:
    from collections.abc import Sequence

    from parlance.domain.conversations import GivenTag
    from parlance.domain.identity import Principal

NO_TAG = "No such tag."


def flag(principal: Principal, sender_id: str, timestamp: str) -> None:
    """Flag the message of this time."""
    with transaction():
        store.flag(sender_id, message_of(principal, sender_id, timestamp)["id"], principal.username)


def unflag(principal: Principal, sender_id: str, timestamp: str) -> None:
    """Take its flag off; without one nothing happens."""
    store.unflag(sender_id, message_of(principal, sender_id, timestamp)["id"])


def tag(principal: Principal, sender_id: str, given: Sequence[GivenTag]) -> list[dict[str, Any]]:
    """Give a conversation tags, new or known, and return all that it has."""
    with transaction():
        hold(principal, sender_id)
        store.assign([sender_id], *sorted_tags(given))
        return store.tags_of(sender_id)


def sorted_tags(given: Sequence[GivenTag]) -> tuple[list[int], dict[str, str]]:
    """Return the ids of known tags and the colours of new ones; raises Invalid for what is neither."""
    new = {each.value: each.color.lower().lstrip("#") for each in given if each.value and each.color}
    ids = [each.id for each in given if each.id is not None]
    if len(new) + len(ids) != len(given):
        raise Invalid("Each tag is either {id} or {value, color}, and each value comes once.")
    return ids, new


def untag(principal: Principal, sender_id: str, tag_id: str) -> None:
    """Take a tag off; raises NotFound when the conversation does not have it."""
    require(principal, sender_id)
    if not store.unassign(sender_id, _number(tag_id)):
        raise NotFound(NO_TAG, code="TagNotFound")


def tags_of(principal: Principal, sender_id: str) -> list[dict[str, Any]]:
    """Return a conversation's tags."""
    require(principal, sender_id)
    return store.tags_of(sender_id)


def all_tags() -> list[dict[str, Any]]:
    """Return every tag."""
    return store.all_tags()


def delete_tag(tag_id: str) -> None:
    """Delete a tag everywhere; raises NotFound when there is none such."""
    if not store.delete_tag(_number(tag_id)):
        raise NotFound(NO_TAG, code="TagNotFound")


def message_of(principal: Principal, sender_id: str, timestamp: str) -> dict[str, Any]:
    """Return a message (`id`, `type`, `text`, `entities`) by its time; raises NotFound.

    Inside a transaction the conversation is not erased before its end: what is made of the message goes with it.
    """
    hold(principal, sender_id)
    message = store.message_at(sender_id, _seconds(timestamp))
    if message is None:
        raise NotFound("No message of that time in this conversation.", code="MessageNotFound")
    return message


def _seconds(text: str) -> float:
    try:
        return float(text)
    except ValueError as error:
        raise Invalid("timestamp: unix seconds, as they stand in the event.") from error


def _number(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= 9):  # noqa: PLR2004  what surely fits an integer column
        raise NotFound(NO_TAG, code="TagNotFound")
    return int(text)
