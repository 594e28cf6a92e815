"""What the domain names and no training data uses, and the reverse."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from parlance.domain.training import yaml_text as yaml
from parlance.domain.training.domain_names import names
from parlance.domain.training.examples import examples, is_data
from parlance.domain.training.responses import responses

if TYPE_CHECKING:
    from parlance.domain.project import Files

DEFAULT_INTENTS = frozenset({"restart", "back", "out_of_scope", "session_start", "nlu_fallback"})
DEFAULT_ACTIONS = frozenset({
    "action_listen", "action_restart", "action_session_start", "action_default_fallback", "action_deactivate_loop",
    "action_revert_fallback_events", "action_default_ask_affirmation", "action_default_ask_rephrase",
    "action_two_stage_fallback", "action_unlikely_intent", "action_back", "action_extract_slots",
})  # fmt: skip


def domain_warnings(files: Files) -> dict[str, dict[str, list[str]]]:
    """Return the four lists of the contract, each with what only one side knows."""
    found = examples(files)
    steps = [step for path in sorted(filter(is_data, files)) for step in yaml.nodes(yaml.compose(files[path]))]
    marked = {mark.entity for example in found for mark in example.entities}
    actions = set(names(files, "actions")) | set(names(files, "forms")) | {one.name for one in responses(files)}
    return {
        "intent_warnings": _apart(set(names(files, "intents")), {one.intent for one in found}, DEFAULT_INTENTS),
        "entity_warnings": _apart(set(names(files, "entities")), marked | _keys_in(steps, "entities")),
        "action_warnings": _apart(actions, _values(steps, "action"), DEFAULT_ACTIONS),
        "slot_warnings": _apart(
            set(names(files, "slots")), _keys_in(steps, "slot_was_set"), frozenset({"requested_slot"})
        ),
    }


def _apart(domain: set[str], data: set[str], default: frozenset[str] = frozenset()) -> dict[str, list[str]]:
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
