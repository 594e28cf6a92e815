"""What the domain names and no training data uses, and the reverse."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from parlance.domain.project import is_domain
from parlance.domain.training import yaml_text as yaml
from parlance.domain.training.domain_names import names
from parlance.domain.training.examples import examples, is_data
from parlance.domain.training.responses import responses

if TYPE_CHECKING:
    from collections.abc import Iterator
    from collections.abc import Set as AbstractSet

    from parlance.domain.project import Files

DEFAULT_INTENTS = frozenset({"restart", "back", "out_of_scope", "session_start", "nlu_fallback"})
DEFAULT_ACTIONS = frozenset({
    "action_listen", "action_restart", "action_session_start", "action_default_fallback", "action_deactivate_loop",
    "action_revert_fallback_events", "action_default_ask_affirmation", "action_default_ask_rephrase",
    "action_two_stage_fallback", "action_unlikely_intent", "action_back", "action_extract_slots",
})  # fmt: skip


def domain_warnings(files: Files) -> dict[str, dict[str, list[str]]]:
    """Return the four lists of the contract, each with what only one side knows; what a form uses is used."""
    found = examples(files)
    steps = [step for path in sorted(filter(is_data, files)) for step in yaml.nodes(yaml.compose(files[path]))]
    marked = {mark.entity for example in found for mark in example.entities}
    actions = set(names(files, "actions")) | set(names(files, "forms")) | {one.name for one in responses(files)}
    asked = set(_asked(files))
    by_forms = DEFAULT_ACTIONS.union(*(_actions_of(form, slot) for form, slot in asked))
    return {
        "intent_warnings": _apart(set(names(files, "intents")), {one.intent for one in found}, DEFAULT_INTENTS),
        "entity_warnings": _apart(set(names(files, "entities")), marked | _keys_in(steps, "entities")),
        "action_warnings": _apart(actions, _values(steps, "action"), by_forms),
        "slot_warnings": _apart(
            set(names(files, "slots")),
            _keys_in(steps, "slot_was_set"),
            {"requested_slot", *(slot for _, slot in asked)},
        ),
    }


def _asked(files: Files) -> Iterator[tuple[str, str]]:
    """Yield each form with each slot that it asks for."""
    for path in sorted(filter(is_domain, files)):
        for form, _, body in yaml.entries(yaml.entry(yaml.compose(files[path]), "forms")):
            slots = yaml.entry(body, "required_slots")
            listed = [str(item.value) for item in yaml.items(slots) if yaml.scalar(item)]
            yield from ((form, slot) for slot in [*listed, *(name for name, _, _ in yaml.entries(slots))])


def _actions_of(form: str, slot: str) -> set[str]:
    """Return what Rasa looks for by itself when a form asks for a slot and checks what was said."""
    asking = {f"{kind}_ask_{what}" for kind in ("utter", "action") for what in (slot, f"{form}_{slot}")}
    return {*asking, f"validate_{form}", "action_validate_slot_mappings"}


def _apart(domain: set[str], data: set[str], default: AbstractSet[str] = frozenset()) -> dict[str, list[str]]:
    return {"in_domain": sorted(domain - data - default), "in_training_data": sorted(data - domain - default)}


def _values(steps: list[Any], key: str) -> set[str]:
    return {
        str(value.value)
        for step in steps
        for name, _, value in yaml.entries(step)
        if name == key and yaml.scalar(value)
    }


def _keys_in(steps: list[Any], key: str) -> set[str]:
    lists = [value for step in steps for name, _, value in yaml.entries(step) if name == key]
    named = {name for value in lists for item in yaml.items(value) for name, _, _ in yaml.entries(item)}
    return named | {str(item.value) for value in lists for item in yaml.items(value) if yaml.scalar(item)}
