"""All training data of the NLU at once: downloaded, replaced, judged."""

from __future__ import annotations

from typing import Any

import msgspec

from parlance.domain.errors import Invalid
from parlance.domain.training import corpus as domain
from parlance.domain.training.examples import examples
from parlance.services import training_files


def as_yaml() -> str:
    """Return everything as one YAML text."""
    return domain.as_yaml(training_files.read())


def as_json() -> dict[str, Any]:
    """Return everything in Rasa's JSON format."""
    return domain.as_json(training_files.read())


def replace_all(body: bytes, *, is_json: bool, who: str) -> int:
    """Replace everything and return the number of examples; raises Invalid that says what is wrong."""
    text = _from_json(body) if is_json else _decoded(body)
    return len(examples(training_files.change(lambda files: domain.replace_all(files, text), who)))


def _from_json(body: bytes) -> str:
    try:
        return domain.from_json(msgspec.json.decode(body, type=domain.RasaJson))
    except msgspec.MsgspecError as error:
        raise Invalid(f"The body is not Rasa's JSON format: {error}", code="InvalidTrainingData") from error


def _decoded(body: bytes) -> str:
    try:
        return body.decode()
    except UnicodeDecodeError as error:
        raise Invalid("The body is not UTF-8 text.") from error


def warnings() -> list[dict[str, Any]]:
    """Return what Rasa would warn about."""
    return list(domain.warnings(training_files.read()))


def entities() -> list[str]:
    """Return the names of all entities that are marked."""
    return sorted({mark.entity for example in examples(training_files.read()) for mark in example.entities})
