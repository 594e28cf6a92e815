"""Reading and reviewing conversations."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from parlance.adapters import conversations as store
from parlance.domain import stories, trackers
from parlance.domain.conversations import COUNTED, LARGEST_PAGE, Cursor, Viewer, decode_cursor
from parlance.domain.errors import NotFound
from parlance.domain.identity import GUEST

if TYPE_CHECKING:
    from parlance.domain.conversations import Listing, Section
    from parlance.domain.identity import Principal
    from parlance.domain.trackers import Fact


UNKNOWN = "No such conversation."


class Page(NamedTuple):
    """Some conversations, how many there are in all (bounded), and where the next page starts."""

    items: list[dict[str, Any]]
    total: int
    is_exact: bool
    cursor: str | None


def viewer_of(principal: Principal) -> Viewer:
    """Return the eyes with which a caller sees conversations."""
    return Viewer(username=principal.username, sees_all=principal.sees_all, is_guest=GUEST in principal.roles)


def list_conversations(principal: Principal, listing: Listing) -> Page:
    """Return a page of the conversations that the caller may see."""
    viewer = viewer_of(principal)
    after = decode_cursor(listing.cursor, listing) if listing.cursor else None
    items = store.find_page(listing, viewer, after)
    total = store.count(listing, viewer)
    cursor = _cursor(items, listing) if items and len(items) >= min(listing.limit, LARGEST_PAGE) else None
    for item in items:
        del item["sort_key"]
    return Page(items, min(total, COUNTED), total <= COUNTED, cursor)


def _cursor(items: list[dict[str, Any]], listing: Listing) -> str:
    last = items[-1]
    return Cursor(listing.by, listing.ascending, last["sort_key"], last["sender_id"]).encode()


def describe(principal: Principal, sender_id: str) -> dict[str, Any]:
    """Return one conversation object; raises NotFound also for those that the caller may not see."""
    found = store.find(sender_id, viewer_of(principal))
    if found is None:
        raise NotFound(UNKNOWN, code="ConversationNotFound")
    del found["sort_key"]
    return found


def detail(principal: Principal, sender_id: str, section: Section) -> dict[str, Any]:
    """Return conversation object and tracker in one."""
    conversation = describe(principal, sender_id)
    facts = trackers.read(store.find_events(sender_id, until=section.until))
    return conversation | trackers.tracker(sender_id, facts, _shown(facts, section))


def tracker(principal: Principal, sender_id: str, section: Section) -> dict[str, Any]:
    """Return the tracker alone, as Rasa would."""
    facts = _facts(principal, sender_id, section)
    return trackers.tracker(sender_id, facts, _shown(facts, section))


def with_messages(principal: Principal, sender_id: str, section: Section) -> dict[str, Any]:
    """Return the tracker and beside it what was said."""
    facts = _facts(principal, sender_id, section)
    shown = _shown(facts, section)
    return trackers.tracker(sender_id, facts, shown) | {"messages": trackers.messages(shown)}


def story(principal: Principal, sender_id: str, section: Section) -> list[stories.Step]:
    """Return the conversation as a story's steps."""
    return stories.steps(_shown(_facts(principal, sender_id, section), section))


def mark(principal: Principal, sender_id: str, review_status: str) -> None:
    """Set the review status; the same status again changes nothing."""
    require(principal, sender_id)
    store.set_review_status(sender_id, review_status)


def require(principal: Principal, sender_id: str) -> None:
    """Raise NotFound when the conversation does not exist or the caller may not see it."""
    if not store.is_visible(sender_id, viewer_of(principal)):
        raise NotFound(UNKNOWN, code="ConversationNotFound")


def _facts(principal: Principal, sender_id: str, section: Section) -> list[Fact]:
    require(principal, sender_id)
    return trackers.read(store.find_events(sender_id, until=section.until))


def _shown(facts: list[Fact], section: Section) -> list[Fact]:
    shown = facts if section.history else trackers.last_session(facts)
    if section.exclude_leading_action_session_start and shown and shown[0].name == "action_session_start":
        shown = shown[1:]
    return shown if section.since is None else [fact for fact in shown if fact.timestamp > section.since]
