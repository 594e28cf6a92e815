"""The bot's responses."""

from __future__ import annotations

import msgspec

from functions.api.answers import NO_CONTENT, Answer, page
from functions.api.endpoint import API_TOKEN, MEGABYTE, Call, Resource
from functions.api.files import PROJECT_VERSION
from parlance.domain import shapes
from parlance.domain.shapes_nlu import ResponseGroup
from parlance.domain.training.responses import NewResponse, ResponseName
from parlance.services import responses as service
from parlance.services.responses import ResponseFilter

responses = Resource(__name__)

RESPONSES = "/responses"
TEMPLATES = "/templates"
"""The deprecated name."""
Given = tuple[NewResponse, ...]


class GroupName(msgspec.Struct, frozen=True):
    """The name of all variations of a response."""

    name: ResponseName


@responses.endpoint(
    "GET", TEMPLATES, scope="responses:list", accepts=API_TOKEN, query=ResponseFilter, answer=list[shapes.Variation]
)
@responses.endpoint(
    "GET", RESPONSES, scope="responses:list", accepts=API_TOKEN, query=ResponseFilter, answer=list[shapes.Variation]
)
def list_responses(_call: Call, query: ResponseFilter) -> Answer:
    """List the variations of all responses."""
    found, total = service.list_responses(query)
    return page(found, total)


@responses.endpoint("POST", TEMPLATES, scope="responses:create", body=NewResponse, status=201, answer=shapes.Variation)
@responses.endpoint("POST", RESPONSES, scope="responses:create", body=NewResponse, status=201, answer=shapes.Variation)
def add_response(call: Call, body: NewResponse) -> Answer:
    """Add a variation of a response."""
    return Answer(service.add_response(body, call.principal.username), 201)


@responses.endpoint(
    "PUT",
    TEMPLATES,
    scope="responses:update",
    body=Given,
    limit=2 * MEGABYTE,
    answer=list[shapes.Variation],
    version=PROJECT_VERSION,
)
@responses.endpoint(
    "PUT",
    RESPONSES,
    scope="responses:update",
    body=Given,
    limit=2 * MEGABYTE,
    answer=list[shapes.Variation],
    version=PROJECT_VERSION,
)
def replace_responses(call: Call, body: Given) -> Answer:
    """Replace all responses."""
    found = service.replace_responses(body, call.principal.username)
    return page(found, len(found))


@responses.endpoint(
    "PUT",
    f"{TEMPLATES}/{{response}}",
    scope="responses:update",
    body=NewResponse,
    answer=shapes.Variation,
    tagged=True,
    version="service",
)
@responses.endpoint(
    "PUT",
    f"{RESPONSES}/{{response}}",
    scope="responses:update",
    body=NewResponse,
    answer=shapes.Variation,
    tagged=True,
    version="service",
)
def replace_response(call: Call, response: str, body: NewResponse) -> object:
    """Replace a variation."""
    if_match = call.if_match
    return service.replace_response(response, body, who=call.principal.username, if_match=if_match)


@responses.endpoint("DELETE", f"{TEMPLATES}/{{response}}", scope="responses:delete", status=204, version="service")
@responses.endpoint("DELETE", f"{RESPONSES}/{{response}}", scope="responses:delete", status=204, version="service")
def remove_response(call: Call, response: str) -> Answer:
    """Remove a variation, and the name with its last one."""
    service.remove_response(response, who=call.principal.username, if_match=call.if_match)
    return NO_CONTENT


@responses.endpoint("GET", "/responseGroups", scope="responses:list", accepts=API_TOKEN, answer=list[ResponseGroup])
def list_groups(_call: Call) -> Answer:
    """List responses by name."""
    found = service.list_groups()
    return page(found, len(found))


@responses.endpoint("PUT", "/responseGroups/{name}", scope="responses:update", body=GroupName, answer=ResponseGroup)
def rename_group(call: Call, name: str, body: GroupName) -> object:
    """Rename a response in the domain, in stories and in rules."""
    return service.rename_group(name, body.name, call.principal.username)
