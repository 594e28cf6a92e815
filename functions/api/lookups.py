"""Regexes and lookup tables."""

from __future__ import annotations

from typing import Annotated

import msgspec

from functions.api.answers import NO_CONTENT, Answer, page
from functions.api.endpoint import API_TOKEN, MEGABYTE, Call, Resource
from parlance.domain import shapes
from parlance.domain.training.etags import etag
from parlance.domain.training.examples import Name
from parlance.services import lookups as service
from parlance.services.versions import FILES

lookups = Resource(__name__)

REGEXES = "/projects/default/regexes"
LOOKUPS = "/projects/default/lookupTables"
REGEX_VERSION = FILES, lambda _call, regex: service.read_regex(regex)
LOOKUP_VERSION = FILES, lambda _call, lookup: service.find_lookup(lookup)


class Regex(msgspec.Struct, frozen=True):
    """A pattern and the name it counts for."""

    name: Name
    pattern: Annotated[str, msgspec.Meta(min_length=1, max_length=10_000)]


class LookupFile(msgspec.Struct, frozen=True):
    """A file of elements, one a line; `content` is base64."""

    filename: Name
    content: str


@lookups.endpoint("GET", REGEXES, scope="regexes:list", accepts=API_TOKEN, answer=list[shapes.NamedRegex])
def list_regexes(_call: Call) -> Answer:
    """List the patterns of all regexes."""
    found = service.list_regexes()
    return page(found, len(found))


@lookups.endpoint(
    "POST", REGEXES, scope="regexes:create", accepts=API_TOKEN, body=Regex, status=201, answer=shapes.NamedRegex
)
def add_regex(call: Call, body: Regex) -> Answer:
    """Add a regex."""
    return Answer(service.add_regex(body.name, body.pattern, call.principal.username), 201)


@lookups.endpoint(
    "GET", f"{REGEXES}/{{regex}}", scope="regexes:list", accepts=API_TOKEN, answer=shapes.NamedRegex, tagged=True
)
def read_regex(_call: Call, regex: str) -> object:
    """Show a regex."""
    return service.read_regex(regex)


@lookups.endpoint(
    "PUT",
    f"{REGEXES}/{{regex}}",
    scope="regexes:update",
    accepts=API_TOKEN,
    body=Regex,
    answer=shapes.NamedRegex,
    tagged=True,
    version=REGEX_VERSION,
)
def change_regex(call: Call, regex: str, body: Regex) -> object:
    """Replace a regex."""
    return service.change_regex(regex, body.name, body.pattern, call.principal.username)


@lookups.endpoint(
    "DELETE", f"{REGEXES}/{{regex}}", scope="regexes:delete", accepts=API_TOKEN, status=204, version=REGEX_VERSION
)
def remove_regex(call: Call, regex: str) -> Answer:
    """Remove a regex."""
    service.remove_regex(regex, call.principal.username)
    return NO_CONTENT


@lookups.endpoint("GET", LOOKUPS, scope="lookups:list", accepts=API_TOKEN, answer=list[shapes.Lookup])
def list_lookups(_call: Call) -> Answer:
    """List lookup tables."""
    found = service.list_lookups()
    return page(found, len(found))


@lookups.endpoint(
    "POST",
    LOOKUPS,
    scope="lookups:create",
    accepts=API_TOKEN,
    body=LookupFile,
    limit=3 * MEGABYTE,
    status=201,
    answer=shapes.Lookup,
)
def add_lookup(call: Call, body: LookupFile) -> Answer:
    """Add a lookup table from a file."""
    return Answer(service.add_lookup(body.filename, body.content, call.principal.username), 201)


@lookups.endpoint("GET", f"{LOOKUPS}/{{lookup}}", scope="lookups:list", accepts=API_TOKEN, gives=("text/plain",))
def read_lookup(_call: Call, lookup: str) -> Answer:
    """Return a lookup table's elements, one a line."""
    text = service.read_lookup(lookup)
    return Answer(text, headers={"ETag": etag(text)}, media="text/plain; charset=utf-8")


@lookups.endpoint(
    "DELETE", f"{LOOKUPS}/{{lookup}}", scope="lookups:delete", accepts=API_TOKEN, status=204, version=LOOKUP_VERSION
)
def remove_lookup(call: Call, lookup: str) -> Answer:
    """Remove a lookup table."""
    service.remove_lookup(lookup, call.principal.username)
    return NO_CONTENT
