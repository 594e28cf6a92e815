"""Reading and reviewing conversations."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import msgspec

from parlance.adapters import bulk
from parlance.adapters import conversations as store
from parlance.domain import sections, stories, trackers
from parlance.domain.conversations import COUNTED, LARGEST_PAGE, Cursor, Viewer, decode_cursor
from parlance.domain.errors import NotFound
from parlance.domain.identity import GUEST

if TYPE_CHECKING:
    from parlance.adapters.conversations import Found
    from parlance.domain.conversations import Listing, Section
    from parlance.domain.identity import Principal
    from parlance.domain.trackers import Fact


UNKNOWN = "No such conversation."


class Page(NamedTuple):
    """Some conversations, how many there are in all (bounded), and where the next page starts."""

    items: list[msgspec.Raw]
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
    found = store.find_page(listing, viewer, after)
    shown = _fitting(found)
    is_full = len(found) >= min(listing.limit, LARGEST_PAGE)
    is_all = not (is_full or after or listing.offset)
    total = len(found) if is_all else store.count(listing, viewer)
    cursor = _cursor(shown[-1], listing) if shown and (is_full or len(shown) < len(found)) else None
    return Page([msgspec.Raw(one.item) for one in shown], min(total, COUNTED), total <= COUNTED, cursor)


def _fitting(found: list[Found]) -> list[Found]:
    """Return so many, from the first on, as one answer holds: the cursor leads to the others."""
    while len(found) > 1 and not sections.fits(b",".join(one.item for one in found).decode()):
        found = found[: len(found) // 2]
    return found


def _cursor(last: Found, listing: Listing) -> str:
    return Cursor(listing.by, listing.ascending, last.sort_key, last.sender_id).encode()


def describe(principal: Principal, sender_id: str) -> dict[str, Any]:
    """Return one conversation object; raises NotFound also for those that the caller may not see."""
    found = store.find(sender_id, viewer_of(principal))
    if found is None:
        raise NotFound(UNKNOWN, code="ConversationNotFound")
    return found


def detail(principal: Principal, sender_id: str, section: Section) -> tuple[dict[str, Any], int]:
    """Return conversation object and tracker in one, and how many events the section has."""
    conversation = describe(principal, sender_id)
    facts = trackers.read(store.find_events(sender_id, until=section.until))
    return _tracker(sender_id, facts, section, conversation)


def tracker(principal: Principal, sender_id: str, section: Section) -> tuple[dict[str, Any], int]:
    """Return the tracker alone, as Rasa would, and how many events the section has."""
    return _tracker(sender_id, _facts(principal, sender_id, section), section, {})


def with_messages(principal: Principal, sender_id: str, section: Section) -> tuple[dict[str, Any], int]:
    """Return the tracker and beside it what was said, and how many messages the section has."""
    facts = _facts(principal, sender_id, section)
    shown = _shown(facts, section)
    state = trackers.tracker(sender_id, facts, [])
    cut = sections.part(shown, section, _room(state) // 2)  # a message repeats its event
    said = {"messages": trackers.messages(cut.facts), "earlier": cut.earlier, "later": cut.later}
    return state | {"events": [fact.raw for fact in cut.facts]} | said, len(trackers.messages(shown))


def story(principal: Principal, sender_id: str, section: Section) -> list[stories.Step]:
    """Return the conversation as a story's steps."""
    shown = _shown(_facts(principal, sender_id, section), section)
    is_part = section.limit or section.before or section.after
    return stories.steps(sections.part(shown, section).facts if is_part else shown)


def _tracker(sender_id: str, facts: list[Fact], section: Section, more: dict[str, Any]) -> tuple[dict[str, Any], int]:
    """Return state, as many of the section's events as an answer holds, and by which event the others are asked for."""
    shown = _shown(facts, section)
    state = trackers.tracker(sender_id, facts, [])
    channel = state["latest_input_channel"] or more.get("latest_input_channel")
    known = more | state | {"latest_input_channel": channel}
    cut = sections.part(shown, section, _room(known))
    events = [fact.raw for fact in cut.facts]
    return known | {"events": events, "earlier": cut.earlier, "later": cut.later}, len(shown)


def _room(known: dict[str, Any]) -> int:
    return sections.LARGEST_ANSWER - sections.cost(msgspec.json.encode(known).decode())


def mark(principal: Principal, sender_id: str, review_status: str) -> None:
    """Set the review status; the same status again changes nothing."""
    require(principal, sender_id)
    store.set_review_status(sender_id, review_status)


def require(principal: Principal, sender_id: str) -> None:
    """Raise NotFound when the conversation does not exist or the caller may not see it."""
    if not store.is_visible(sender_id, viewer_of(principal)):
        raise NotFound(UNKNOWN, code="ConversationNotFound")


def hold(principal: Principal, sender_id: str) -> None:
    """Do what `require` does, and keep the conversation from being erased until the open transaction ends."""
    if not bulk.meant([sender_id], viewer_of(principal)):
        raise NotFound(UNKNOWN, code="ConversationNotFound")


def _facts(principal: Principal, sender_id: str, section: Section) -> list[Fact]:
    require(principal, sender_id)
    return trackers.read(store.find_events(sender_id, until=section.until))


def _shown(facts: list[Fact], section: Section) -> list[Fact]:
    shown = facts if section.history else trackers.last_session(facts)
    if section.exclude_leading_action_session_start and shown and shown[0].name == "action_session_start":
        shown = shown[1:]
    return shown if section.since is None else [fact for fact in shown if fact.timestamp > section.since]
