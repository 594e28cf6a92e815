"""Stories and rules."""

from __future__ import annotations

from typing import TYPE_CHECKING

from functions.api.answers import JSON, NO_CONTENT, Answer, page
from functions.api.endpoint import API_TOKEN, MEGABYTE, Call, Resource
from functions.api.files import PROJECT_VERSION, YAML, YAML_MEDIA, text_of
from parlance.domain import shapes
from parlance.services import flows as service
from parlance.services.flows import FlowFilter

if TYPE_CHECKING:
    from parlance.domain.training.flows import Kind

stories = Resource(__name__)

GRAPHVIZ = "text/vnd.graphviz"
LIMIT = 2 * MEGABYTE


@stories.endpoint(
    "GET",
    "/stories",
    scope="stories:list",
    accepts=API_TOKEN,
    query=FlowFilter,
    answer=list[shapes.Flow],
    gives=(JSON, YAML, GRAPHVIZ),
)
def list_stories(call: Call, query: FlowFilter) -> Answer:
    """List stories: JSON, YAML or a drawing, by `Accept`."""
    return listed(call, "stories", query)


@stories.endpoint("GET", "/stories.md", scope="stories:list", accepts=API_TOKEN, gives=(YAML,))
def download_stories(_call: Call) -> Answer:
    """Download all stories."""
    return Answer(service.as_yaml("stories", FlowFilter()), media=YAML)


@stories.endpoint(
    "POST",
    "/stories",
    scope="stories:create",
    body=bytes,
    media=YAML_MEDIA,
    limit=LIMIT,
    status=201,
    answer=list[shapes.Flow],
)
def add_stories(call: Call, body: bytes) -> Answer:
    """Add stories."""
    return Answer(service.add_flows("stories", text_of(body), call.principal.username), 201)


@stories.endpoint(
    "PUT",
    "/stories",
    scope="stories:update",
    body=bytes,
    media=YAML_MEDIA,
    limit=LIMIT,
    answer=list[shapes.Flow],
    version=PROJECT_VERSION,
)
def replace_stories(call: Call, body: bytes) -> Answer:
    """Replace all stories."""
    found = service.replace_flows("stories", text_of(body), call.principal.username)
    return page(found, len(found))


@stories.endpoint("GET", "/stories/{story}", scope="stories:get", accepts=API_TOKEN, answer=shapes.Flow)
def read_story(_call: Call, story: str) -> Answer:
    """Show a story."""
    return tagged(*service.read_flow("stories", story))


@stories.endpoint(
    "PUT",
    "/stories/{story}",
    scope="stories:update",
    body=bytes,
    media=YAML_MEDIA,
    answer=shapes.Flow,
    version="service",
)
def replace_story(call: Call, story: str, body: bytes) -> Answer:
    """Replace a story."""
    return replaced(call, "stories", story, body)


@stories.endpoint("DELETE", "/stories/{story}", scope="stories:delete", status=204, version="service")
def remove_story(call: Call, story: str) -> Answer:
    """Remove a story."""
    return removed(call, "stories", story)


@stories.endpoint(
    "GET",
    "/rules",
    scope="rules:list",
    accepts=API_TOKEN,
    query=FlowFilter,
    answer=list[shapes.Flow],
    gives=(JSON, YAML, GRAPHVIZ),
)
def list_rules(call: Call, query: FlowFilter) -> Answer:
    """List rules: JSON, YAML or a drawing, by `Accept`."""
    return listed(call, "rules", query)


@stories.endpoint(
    "POST",
    "/rules",
    scope="rules:create",
    body=bytes,
    media=YAML_MEDIA,
    limit=LIMIT,
    status=201,
    answer=list[shapes.Flow],
)
def add_rules(call: Call, body: bytes) -> Answer:
    """Add rules."""
    return Answer(service.add_flows("rules", text_of(body), call.principal.username), 201)


@stories.endpoint(
    "PUT",
    "/rules",
    scope="rules:update",
    body=bytes,
    media=YAML_MEDIA,
    limit=LIMIT,
    answer=list[shapes.Flow],
    version=PROJECT_VERSION,
)
def replace_rules(call: Call, body: bytes) -> Answer:
    """Replace all rules."""
    found = service.replace_flows("rules", text_of(body), call.principal.username)
    return page(found, len(found))


@stories.endpoint("GET", "/rules/{rule}", scope="rules:get", accepts=API_TOKEN, answer=shapes.Flow)
def read_rule(_call: Call, rule: str) -> Answer:
    """Show a rule."""
    return tagged(*service.read_flow("rules", rule))


@stories.endpoint(
    "PUT", "/rules/{rule}", scope="rules:update", body=bytes, media=YAML_MEDIA, answer=shapes.Flow, version="service"
)
def replace_rule(call: Call, rule: str, body: bytes) -> Answer:
    """Replace a rule."""
    return replaced(call, "rules", rule, body)


@stories.endpoint("DELETE", "/rules/{rule}", scope="rules:delete", status=204, version="service")
def remove_rule(call: Call, rule: str) -> Answer:
    """Remove a rule."""
    return removed(call, "rules", rule)


def listed(call: Call, kind: Kind, query: FlowFilter) -> Answer:
    """Answer in the form that the caller accepts."""
    accepted = call.headers.get("accept", "").split(",")[0].split(";")[0].strip()
    if accepted == GRAPHVIZ:
        return Answer(service.as_graph(kind, query), media=f"{GRAPHVIZ}; charset=utf-8")
    if accepted in {*YAML_MEDIA[:4], "text/markdown"}:
        return Answer(service.as_yaml(kind, query), media=YAML)
    found = service.list_flows(kind, query)
    return page(found, len(found))


def tagged(found: object, etag: str) -> Answer:
    """Answer an object with its entity tag."""
    return Answer(found, headers={"ETag": etag})


def replaced(call: Call, kind: Kind, name: str, body: bytes) -> Answer:
    """Replace one and answer it."""
    who, if_match = call.principal.username, call.if_match
    return tagged(*service.replace_flow(kind, name, text_of(body), who=who, if_match=if_match))


def removed(call: Call, kind: Kind, name: str) -> Answer:
    """Remove one."""
    service.remove_flow(kind, name, who=call.principal.username, if_match=call.if_match)
    return NO_CONTENT
