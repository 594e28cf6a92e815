"""Intents, actions and forms by name, and what domain and training data do not agree about."""

from __future__ import annotations

import msgspec

from functions.api.answers import NO_CONTENT, Answer, page
from functions.api.endpoint import API_TOKEN, Call, Resource
from parlance.domain import shapes
from parlance.domain.errors import Invalid
from parlance.domain.shapes_nlu import DomainWarnings, IntentState
from parlance.domain.training.examples import Name
from parlance.services import domain_names as service

domain_names = Resource(__name__)

ACTIONS = "/projects/default/actions"
INTENTS = "/projects/default/intents"


class Action(msgspec.Struct, frozen=True):
    """An action as clients name it."""

    name: Name
    is_form: bool = False


class NewIntent(msgspec.Struct, frozen=True):
    """An intent, the one that its examples shall have, and what it is for."""

    intent: Name
    mapped_to: Name | None = None
    user_goal: Name | None = None


class Mapping(msgspec.Struct, frozen=True):
    """The intent that the examples shall have (`mapped_to`, or a new name), or the goal that it is for."""

    intent: Name | None = None
    mapped_to: Name | None = None
    user_goal: Name | None = None


class IntentFilter(msgspec.Struct, frozen=True):
    """Only those that have examples and are not in the domain, or only the others."""

    is_temporary: bool | None = None


@domain_names.endpoint("GET", "/domainWarnings", scope="domainWarnings:get", answer=DomainWarnings)
def warnings(_call: Call) -> Answer:
    """Say what only the domain, or only the training data, names."""
    found = service.warnings()
    return page(found, sum(len(names) for sides in found.values() for names in sides.values()))


@domain_names.endpoint("GET", ACTIONS, scope="actions:get", answer=list[shapes.DomainAction])
def list_actions(_call: Call) -> Answer:
    """List the domain's actions and forms."""
    found = service.list_actions()
    return page(found, len(found))


@domain_names.endpoint("POST", ACTIONS, scope="actions:create", body=Action, status=201, answer=shapes.DomainAction)
def add_action(call: Call, body: Action) -> Answer:
    """Add an action to the domain."""
    if body.is_form:
        raise Invalid("is_form: a form has slots; write it into the domain.")
    return Answer(service.add_action(body.name, call.principal.username), 201)


@domain_names.endpoint("PUT", f"{ACTIONS}/{{action}}", scope="actions:update", body=Action, answer=shapes.DomainAction)
def rename_action(call: Call, action: str, body: Action) -> object:
    """Rename an action or a form in the domain."""
    return service.rename_action(action, body.name, call.principal.username)


@domain_names.endpoint("DELETE", f"{ACTIONS}/{{action}}", scope="actions:delete", status=204)
def remove_action(call: Call, action: str) -> Answer:
    """Remove an action from the domain."""
    service.remove_action(action, call.principal.username)
    return NO_CONTENT


@domain_names.endpoint(
    "GET", INTENTS, scope="intents:list", accepts=API_TOKEN, query=IntentFilter, answer=list[IntentState]
)
def list_intents(_call: Call, query: IntentFilter) -> Answer:
    """List the intents of domain and examples."""
    found = service.list_intents(is_temporary=query.is_temporary)
    return page(found, len(found))


@domain_names.endpoint("POST", INTENTS, scope="intents:create", body=NewIntent, status=201, answer=IntentState)
def add_intent(call: Call, body: NewIntent) -> Answer:
    """Add an intent to the domain, or map one to another."""
    who = call.principal.username
    made = (
        service.map_intent(body.intent, body.mapped_to, who) if body.mapped_to else service.add_intent(body.intent, who)
    )
    return Answer(service.with_goal(made, body.user_goal), 201)


@domain_names.endpoint("PUT", f"{INTENTS}/{{intent}}", scope="intents:update", body=Mapping, answer=IntentState)
def map_intent(call: Call, intent: str, body: Mapping) -> object:
    """Give all examples of an intent to another one, rename it, or say what goal it is for."""
    target = body.mapped_to or body.intent or (intent if body.user_goal else None)
    if not target:
        raise Invalid("Send `mapped_to`, a new `intent`, or a `user_goal`.")
    return service.with_goal(service.map_intent(intent, target, call.principal.username), body.user_goal)


@domain_names.endpoint("DELETE", f"{INTENTS}/{{intent}}", scope="intents:delete", status=204)
def remove_intent(call: Call, intent: str) -> Answer:
    """Remove an intent without examples from the domain."""
    service.remove_intent(intent, call.principal.username)
    return NO_CONTENT
