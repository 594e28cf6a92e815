"""Synonyms and the values mapped to them."""

from __future__ import annotations

from typing import Annotated

import msgspec

from functions.api.answers import NO_CONTENT, Answer, page
from functions.api.endpoint import API_TOKEN, Call, Resource
from parlance.domain import shapes
from parlance.domain.training.examples import Name
from parlance.services import synonyms as service
from parlance.services.versions import FILES

synonyms = Resource(__name__)

SYNONYMS = "/projects/default/synonyms"
ONE = f"{SYNONYMS}/{{synonym}}"
VERSION = FILES, lambda _call, synonym, **_value: service.read_synonym(synonym)


class Value(msgspec.Struct, frozen=True):
    """What users say."""

    value: Name


Values = Annotated[tuple[Value, ...], msgspec.Meta(min_length=1, max_length=1000)]


class NewSynonym(msgspec.Struct, frozen=True):
    """What the bot gets, and what users say for it."""

    synonym_reference: Name
    mapped_values: Values


class MoreValues(msgspec.Struct, frozen=True):
    """More that users say for it."""

    mapped_values: Values


class Reference(msgspec.Struct, frozen=True):
    """The synonym's name."""

    synonym_reference: Name


class SynonymFilter(msgspec.Struct, frozen=True):
    """Whose value is known."""

    mapped_value: str = ""


@synonyms.endpoint(
    "GET", SYNONYMS, scope="synonyms:list", accepts=API_TOKEN, query=SynonymFilter, answer=list[shapes.Synonym]
)
def list_synonyms(_call: Call, query: SynonymFilter) -> Answer:
    """List synonyms."""
    found = service.list_synonyms(query.mapped_value)
    return page(found, len(found))


@synonyms.endpoint(
    "POST", SYNONYMS, scope="synonyms:create", accepts=API_TOKEN, body=NewSynonym, status=201, answer=shapes.Synonym
)
def add_synonym(call: Call, body: NewSynonym) -> Answer:
    """Add a synonym."""
    values = [one.value for one in body.mapped_values]
    return Answer(service.add_synonym(body.synonym_reference, values, call.principal.username), 201)


@synonyms.endpoint("GET", ONE, scope="synonyms:list", accepts=API_TOKEN, answer=shapes.Synonym, tagged=True)
def read_synonym(_call: Call, synonym: str) -> object:
    """Show a synonym."""
    return service.read_synonym(synonym)


@synonyms.endpoint(
    "POST",
    ONE,
    scope="synonyms:create",
    accepts=API_TOKEN,
    body=MoreValues,
    status=201,
    answer=shapes.Synonym,
    tagged=True,
    version=VERSION,
)
def add_values(call: Call, synonym: str, body: MoreValues) -> Answer:
    """Map more values to a synonym."""
    values = [one.value for one in body.mapped_values]
    return Answer(service.add_values(synonym, values, call.principal.username), 201)


@synonyms.endpoint(
    "PUT",
    ONE,
    scope="synonyms:update",
    accepts=API_TOKEN,
    body=Reference,
    answer=shapes.Synonym,
    tagged=True,
    version=VERSION,
)
def rename_synonym(call: Call, synonym: str, body: Reference) -> object:
    """Rename a synonym."""
    return service.rename_synonym(synonym, body.synonym_reference, call.principal.username)


@synonyms.endpoint("DELETE", ONE, scope="synonyms:delete", accepts=API_TOKEN, status=204, version=VERSION)
def remove_synonym(call: Call, synonym: str) -> Answer:
    """Remove a synonym with its values."""
    service.remove_synonym(synonym, call.principal.username)
    return NO_CONTENT


@synonyms.endpoint(
    "PUT",
    f"{ONE}/{{value}}",
    scope="synonyms:update",
    accepts=API_TOKEN,
    body=Value,
    answer=shapes.Synonym,
    tagged=True,
    version=VERSION,
)
def change_value(call: Call, synonym: str, value: str, body: Value) -> object:
    """Replace a mapped value."""
    return service.change_value(synonym, value, body.value, call.principal.username)


@synonyms.endpoint(
    "DELETE", f"{ONE}/{{value}}", scope="synonyms:delete", accepts=API_TOKEN, status=204, version=VERSION
)
def remove_value(call: Call, synonym: str, value: str) -> Answer:
    """Remove a mapped value."""
    service.remove_value(synonym, value, call.principal.username)
    return NO_CONTENT
