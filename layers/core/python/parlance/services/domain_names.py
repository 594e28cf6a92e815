"""Intents, actions and forms by name, and what domain and training data do not agree about."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from parlance.adapters import user_goals
from parlance.domain.errors import Conflict, NotFound
from parlance.domain.training import domain_names as domain
from parlance.domain.training import terms
from parlance.domain.training.domain_warnings import domain_warnings
from parlance.domain.training.examples import examples
from parlance.domain.training.ids import hash_of, number_of
from parlance.services import training_files

if TYPE_CHECKING:
    from parlance.domain.project import Files

INTENTS, ACTIONS, FORMS = "intents", "actions", "forms"


def warnings() -> dict[str, dict[str, list[str]]]:
    """Return what only the domain, or only the training data, names."""
    return domain_warnings(training_files.read())


def list_intents(*, is_temporary: bool | None) -> list[dict[str, Any]]:
    """Return all intents; a temporary one has examples and is not in the domain."""
    files = training_files.read()
    counts = Counter(example.intent for example in examples(files))
    permanent = domain.names(files, INTENTS)
    known = dict.fromkeys([*permanent, *counts])
    goals = user_goals.by_intent()
    found = [
        {
            "intent": name,
            "is_temporary": name not in permanent,
            "examples_count": counts[name],
            "user_goal": goals.get(name),
        }
        for name in known
    ]
    return [one for one in found if is_temporary is None or one["is_temporary"] == is_temporary]


def add_intent(name: str, who: str) -> dict[str, Any]:
    """Put an intent into the domain; raises Conflict when it is there."""
    training_files.change(lambda files: domain.add(files, INTENTS, name), who)
    return _intent(name)


def with_goal(intent: dict[str, Any], goal: str | None) -> dict[str, Any]:
    """Give an intent a goal where one is named, and return it as it is then."""
    if not goal:
        return intent
    user_goals.assign(intent["intent"], goal)
    return intent | {"user_goal": goal}


def map_intent(name: str, target: str, who: str) -> dict[str, Any]:
    """Give the examples of an intent to another one; a name in the domain goes along. Raises NotFound."""

    def edit(files: Files) -> Files:
        in_domain = domain.names(files, INTENTS)
        if name not in {example.intent for example in examples(files)} | set(in_domain):
            raise NotFound("No such intent.", code="IntentNotFound")
        moved = terms.rename(files, "intent", name, target)
        if name not in in_domain or name == target:
            return moved
        return (
            domain.remove(moved, INTENTS, name) if target in in_domain else domain.rename(moved, INTENTS, name, target)
        )

    training_files.change(edit, who)
    return _intent(target)


def remove_intent(name: str, who: str) -> None:
    """Take an intent out of the domain; raises NotFound, or Conflict while it has examples."""

    def edit(files: Files) -> Files:
        if any(example.intent == name for example in examples(files)):
            raise Conflict("The intent has examples: remove or map them first.", code="IntentInUse")
        return domain.remove(files, INTENTS, name)

    training_files.change(edit, who)


def _intent(name: str) -> dict[str, Any]:
    return next(one for one in list_intents(is_temporary=None) if one["intent"] == name)


def list_actions() -> list[dict[str, Any]]:
    """Return the domain's actions, and its forms, which `is_form` marks."""
    return _actions(training_files.read())


def add_action(name: str, who: str) -> dict[str, Any]:
    """Put an action into the domain; raises Conflict when it is there."""
    return _action(training_files.change(lambda files: domain.add(files, ACTIONS, name), who), _id(name))


def rename_action(action: str, name: str, who: str) -> dict[str, Any]:
    """Rename an action or a form in the domain; raises NotFound, or Conflict when the name is there."""

    def edit(files: Files) -> Files:
        old = _action(files, action)
        return domain.rename(files, FORMS if old["is_form"] else ACTIONS, old["name"], name)

    return _action(training_files.change(edit, who), _id(name))


def remove_action(action: str, who: str) -> None:
    """Take an action out of the domain; raises NotFound, or Conflict for a form, which has more to it than a name."""
    training_files.change(lambda files: domain.remove(files, *_removable(files, action)), who)


def _removable(files: Files, action: str) -> tuple[str, str]:
    old = _action(files, action)
    if old["is_form"]:
        raise Conflict("A form has slots below it: remove it in the domain.", code="IsForm")
    return ACTIONS, old["name"]


def _action(files: Files, action: str) -> dict[str, Any]:
    for one in _actions(files):
        if str(one["id"]) == action:
            return one
    raise NotFound("No such action.", code="ActionNotFound")


def _actions(files: Files) -> list[dict[str, Any]]:
    forms = domain.names(files, FORMS)
    found = dict.fromkeys([*domain.names(files, ACTIONS), *forms])
    return [{"id": int(_id(name)), "name": name, "is_form": name in forms} for name in found]


def _id(name: str) -> str:
    return str(number_of(hash_of("action", name)))
