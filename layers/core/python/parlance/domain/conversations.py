"""Which conversations are meant, in which order, from where on."""

from __future__ import annotations

import base64
from typing import Annotated, Literal

import msgspec

from parlance.domain.errors import Invalid
from parlance.domain.instants import Instant

LARGEST_PAGE = 1000
COUNTED = 10_000
"""Totals are counted exactly up to here; above, the answer says that there are more."""

ReviewStatus = Literal["unread", "reviewed", "saved_for_later"]
Confidence = Annotated[float, msgspec.Meta(ge=0, le=1)]
Number = Annotated[int, msgspec.Meta(ge=0, le=2_000_000_000)]


class Filter(msgspec.Struct, frozen=True, kw_only=True):
    """The contract's filters; lists mean any of, absent means all."""

    start: Instant | None = None
    until: Instant | None = None
    minimum_confidence: Confidence | None = msgspec.field(default=None, name="minimumConfidence")
    maximum_confidence: Confidence | None = msgspec.field(default=None, name="maximumConfidence")
    minimum_nlu_confidence: Confidence | None = msgspec.field(default=None, name="minimumNluConfidence")
    maximum_nlu_confidence: Confidence | None = msgspec.field(default=None, name="maximumNluConfidence")
    minimum_user_messages: Number | None = msgspec.field(default=None, name="minimumUserMessages")
    policies: tuple[str, ...] = ()
    intent: tuple[str, ...] = ()
    entity: tuple[str, ...] = ()
    action: tuple[str, ...] = ()
    model: tuple[str, ...] = ()
    text: str | None = None
    is_flagged: bool = False
    tags_any: tuple[Number, ...] = ()
    slots: tuple[str, ...] = ()
    input_channels: tuple[str, ...] = ()
    review_status: tuple[ReviewStatus, ...] = ()
    in_training_data: bool = True
    interactive: bool = True
    rasa_environment: str | None = None
    exclude_self: bool = False


class Listing(Filter, frozen=True, kw_only=True):
    """Filters, and how the list is sorted and cut; `cursor` comes from the page before."""

    sort_by_latest_event_time: bool = True
    sort_by_confidence: bool = False
    sort_order: Literal["asc", "desc"] | None = None
    limit: Number = 100
    offset: Number = 0
    cursor: str | None = None

    @property
    def by(self) -> Literal["time", "confidence"]:
        """What is sorted by: lowest action confidence where asked for, else the latest event."""
        return "confidence" if self.sort_by_confidence else "time"

    @property
    def ascending(self) -> bool:
        """Whether the smallest comes first: doubtful conversations do, old ones do not."""
        return (self.sort_order or ("asc" if self.sort_by_confidence else "desc")) == "asc"


class Section(msgspec.Struct, frozen=True, kw_only=True):
    """Which part of a conversation's events is wanted: the latest, or with `since` or `after` the earliest of them."""

    since: Instant | None = None
    until: Instant | None = None
    history: bool = True
    exclude_leading_action_session_start: bool = False
    limit: Annotated[int, msgspec.Meta(ge=1, le=10_000)] | None = None
    before: str | None = None
    """Only events that stand before this one: `earlier` of the answer that was cut."""
    after: str | None = None
    """Only events that stand after this one: `later` of the answer that was cut."""

    @property
    def is_forward(self) -> bool:
        """Whether an answer that is cut keeps the beginning."""
        return self.since is not None or self.after is not None


class Export(Listing, frozen=True, kw_only=True):
    """Which conversations are exported; so many that one call does not bring all come by `cursor`."""

    limit: Annotated[int, msgspec.Meta(ge=1)] = 1_000_000_000


class GivenTag(msgspec.Struct, frozen=True):
    """A tag as clients name it: a known one by id, a new one by value and colour."""

    id: Number | None = None
    value: Annotated[str, msgspec.Meta(min_length=1, max_length=255)] | None = None
    color: Annotated[str, msgspec.Meta(pattern="^#?[0-9a-fA-F]{6}$")] | None = None


class Viewer(msgspec.Struct, frozen=True, kw_only=True):
    """Whose eyes: everything, or only what one started oneself (or, for a guest, is)."""

    username: str
    sees_all: bool
    is_guest: bool = False


class Cursor(msgspec.Struct, frozen=True, array_like=True):
    """The last row of a page: the next one starts behind it."""

    by: str
    ascending: bool
    value: float
    sender_id: str

    def encode(self) -> str:
        """Return an opaque text for a URL."""
        return base64.urlsafe_b64encode(msgspec.json.encode(self)).decode().rstrip("=")


def decode_cursor(text: str, listing: Listing) -> Cursor:
    """Read a cursor; raises Invalid when it is no cursor or belongs to another order."""
    try:
        cursor = msgspec.json.decode(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)), type=Cursor)
    except ValueError as error:
        raise Invalid("cursor: take it from the header X-Next-Cursor of the page before.") from error
    if (cursor.by, cursor.ascending) != (listing.by, listing.ascending):
        raise Invalid("cursor: it belongs to a list in another order.")
    return cursor
