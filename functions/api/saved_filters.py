"""Filters of the conversation list that users keep and share."""

from __future__ import annotations

import msgspec

from functions.api import query as queries
from functions.api.answers import NO_CONTENT, Answer, page
from functions.api.endpoint import API_TOKEN, Call, Resource
from parlance.domain.conversations import Listing
from parlance.domain.errors import Invalid
from parlance.domain.saved_filters import NewFilter, SavedFilter
from parlance.services import saved_filters as service

saved_filters = Resource(__name__)

FILTERS = "/conversationFilters"
VERSION = "filters", lambda call, filter_id: service.read(call.principal, filter_id)
KNOWN = {field.encode_name for field in msgspec.structs.fields(Listing)} - {"cursor", "offset"}


@saved_filters.endpoint("GET", FILTERS, scope="conversationFilters:list", accepts=API_TOKEN, answer=list[SavedFilter])
def list_filters(call: Call) -> Answer:
    """List one's own saved filters and those that others share."""
    found = service.listed(call.principal)
    return page(found, len(found))


@saved_filters.endpoint(
    "POST",
    FILTERS,
    scope="conversationFilters:create",
    accepts=API_TOKEN,
    body=NewFilter,
    audit="never",
    status=201,
    answer=SavedFilter,
)
def save_filter(call: Call, body: NewFilter) -> Answer:
    """Save a filter for oneself, or for everybody."""
    return Answer(service.save(call.principal, checked(body)), 201)


@saved_filters.endpoint(
    "PUT",
    f"{FILTERS}/{{filter_id}}",
    scope="conversationFilters:update",
    accepts=API_TOKEN,
    body=NewFilter,
    audit="never",
    answer=SavedFilter,
    tagged=True,
    version=VERSION,
)
def replace_filter(call: Call, filter_id: str, body: NewFilter) -> object:
    """Replace a saved filter."""
    return service.replace(call.principal, filter_id, checked(body))


@saved_filters.endpoint(
    "DELETE",
    f"{FILTERS}/{{filter_id}}",
    scope="conversationFilters:delete",
    accepts=API_TOKEN,
    audit="never",
    status=204,
    version=VERSION,
)
def remove_filter(call: Call, filter_id: str) -> Answer:
    """Delete a saved filter."""
    service.remove(call.principal, filter_id)
    return NO_CONTENT


def checked(new: NewFilter) -> NewFilter:
    """Return the filter if the list would take it; raises Invalid that names the parameter."""
    unknown = sorted(new.query.keys() - KNOWN)
    if unknown:
        raise Invalid(f"query: there is no filter {unknown[0]}.")
    queries.parse(Listing, new.query)
    return new
