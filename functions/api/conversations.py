"""Conversations: list, read, review."""

from __future__ import annotations

import msgspec

from functions.api.answers import JSON, NO_CONTENT, Answer, page
from functions.api.endpoint import API_TOKEN, Call, Resource
from parlance.domain import shapes, stories
from parlance.domain.conversations import Export, Listing, ReviewStatus, Section
from parlance.domain.errors import TooLarge
from parlance.domain.sections import fits
from parlance.domain.shapes_talk import ExportFile
from parlance.services import conversations as service
from parlance.services import export as exports

conversations = Resource(__name__)

NDJSON = "application/x-ndjson"
STORIES = {
    "text/markdown": (stories.as_markdown, "md"),
    "application/yaml": (stories.as_yaml, "yml"),
    "application/x-yaml": (stories.as_yaml, "yml"),
    "text/yaml": (stories.as_yaml, "yml"),
}


class Review(msgspec.Struct, frozen=True):
    """The body that sets the review status."""

    review_status: ReviewStatus


@conversations.endpoint(
    "GET", "/conversations", scope="metadata:get", accepts=API_TOKEN, query=Listing, answer=list[shapes.Conversation]
)
def list_conversations(call: Call, query: Listing) -> Answer:
    """List conversations by the contract's filters."""
    found = service.list_conversations(call.principal, query)
    more = {"X-Next-Cursor": found.cursor} if found.cursor else {}
    bound = {} if found.is_exact else {"X-Total-Count-Is-Minimum": "true"}
    return page(found.items, found.total, **more, **bound)


@conversations.endpoint(
    "GET",
    "/conversations/export",
    scope="metadata:get",
    accepts=API_TOKEN,
    query=Export,
    answer=ExportFile,
    gives=(NDJSON, JSON),
)
def export(call: Call, query: Export) -> Answer:
    """Export conversations by the filters of the list, a JSON line each: in the answer, or at an address in it."""
    found = exports.export(call.principal, query)
    more = {"X-Next-Cursor": found.cursor} if found.cursor else {}
    if found.file:
        return Answer(found.file, headers=more)
    answer = download(found.text, NDJSON, "conversations.ndjson")
    return Answer(answer.body, headers={**answer.headers, **more}, media=NDJSON)


@conversations.endpoint(
    "GET", "/conversations/{sender_id}", scope="clients:get", accepts=API_TOKEN, query=Section, answer=shapes.Tracker
)
def read_conversation(call: Call, sender_id: str, query: Section) -> Answer:
    """Show a conversation: its facts and its tracker."""
    return page(*service.detail(call.principal, sender_id, query))


@conversations.endpoint(
    "GET",
    "/conversations/{sender_id}/tracker",
    scope="clients:get",
    accepts=API_TOKEN,
    query=Section,
    answer=shapes.Tracker,
    gives=(JSON, *STORIES),
)
def read_tracker(call: Call, sender_id: str, query: Section) -> Answer:
    """Show or download the tracker: JSON, or a story in YAML or Markdown by `Accept`."""
    accept = call.headers.get("accept", "")
    if accept not in STORIES:
        found, total = service.tracker(call.principal, sender_id, query)
        return download(found, JSON, f"{sender_id}.json") if accept == JSON else page(found, total)
    write, ending = STORIES[accept]
    text = write(sender_id, service.story(call.principal, sender_id, query))
    if not fits(text):
        raise TooLarge("The story is larger than an answer may be: ask for a part, by since, until or limit.")
    return download(text, f"{accept}; charset=utf-8", f"{sender_id}.{ending}")


@conversations.endpoint(
    "GET", "/conversations/{sender_id}/messages", scope="clientMessages:list", query=Section, answer=shapes.Tracker
)
def read_messages(call: Call, sender_id: str, query: Section) -> Answer:
    """Show the tracker and, beside it, what user and bot said."""
    return page(*service.with_messages(call.principal, sender_id, query))


@conversations.endpoint(
    "PUT", "/conversations/{sender_id}/reviewStatus", scope="conversationReviewStatus:update", body=Review, status=204
)
def review(call: Call, sender_id: str, body: Review) -> Answer:
    """Mark a conversation unread, reviewed or saved for later."""
    service.mark(call.principal, sender_id, body.review_status)
    return NO_CONTENT


def download(body: object, media: str, file: str) -> Answer:
    """Answer a file; its name keeps only characters that are safe in a header."""
    name = "".join(letter if letter.isascii() and (letter.isalnum() or letter == ".") else "-" for letter in file)
    return Answer(body, headers={"Content-Disposition": f'attachment; filename="{name[-100:]}"'}, media=media)
