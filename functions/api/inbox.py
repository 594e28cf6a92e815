"""The inbox of messages to annotate."""

from __future__ import annotations

import msgspec

from functions.api.answers import NO_CONTENT, Answer, page
from functions.api.endpoint import API_TOKEN, Call, Resource
from parlance.domain.errors import Invalid
from parlance.domain.inbox import InboxListing, Text
from parlance.domain.shapes_nlu import MessageLog
from parlance.services import inbox as service

inbox = Resource(__name__)

LOGS = "/projects/default/logs"


class Typed(msgspec.Struct, frozen=True):
    """A text in the query instead of the body."""

    q: Text | None = None


@inbox.endpoint("GET", LOGS, scope="logs.messages:list", accepts=API_TOKEN, query=InboxListing, answer=list[MessageLog])
def list_messages(_call: Call, query: InboxListing) -> Answer:
    """List messages of users that are not annotated yet, each text once."""
    found = service.list_messages(query)
    more = {"X-Next-Cursor": found.cursor} if found.cursor else {}
    bound = {} if found.is_exact else {"X-Total-Count-Is-Minimum": "true"}
    return page(found.items, found.total, **more, **bound)


@inbox.endpoint(
    "POST",
    LOGS,
    scope="logs.messages:create",
    accepts=API_TOKEN,
    query=Typed,
    body=Text | None,
    status=201,
    answer=MessageLog,
)
def add_message(_call: Call, query: Typed, body: str | None) -> Answer:
    """Parse a text with the model in use and put it into the inbox."""
    text = query.q or body
    if not text:
        raise Invalid("Send the text as a JSON string, or as `?q=`.")
    return Answer(service.add_message(text), 201)


@inbox.endpoint("GET", f"{LOGS}/{{message}}", scope="logs.messages:get", accepts=API_TOKEN, answer=MessageLog)
def read_message(_call: Call, message: str) -> object:
    """Show a message by the hash of its text."""
    return service.read_message(message)


@inbox.endpoint("DELETE", f"{LOGS}/{{message}}", scope="logs.messages:delete", accepts=API_TOKEN, status=204)
def archive_message(_call: Call, message: str) -> Answer:
    """Archive a message until its prediction changes."""
    service.archive_message(message)
    return NO_CONTENT
