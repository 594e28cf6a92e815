"""A domain for a project that Rasa's validation refuses: what stories and rules name and it lacks is declared.

`rasa train --skip-validation` still breaks off at the first action of a story that the domain does not know.
"""

import os
import shutil
from typing import Any, Dict, Iterator, List, NamedTuple

FOLDER = ".domain"
"""Beside the project's own domain, which stays as it is; hidden, so that no file of the project can have this name."""
ADDED = "declared-for-training.yml"
TEXTS = (".yml", ".yaml")
RASAS_OWN = frozenset(
    "action_" + name
    for name in [
        "listen",
        "restart",
        "session_start",
        "default_fallback",
        "deactivate_loop",
        "revert_fallback_events",
        "default_ask_affirmation",
        "default_ask_rephrase",
        "two_stage_fallback",
        "unlikely_intent",
        "back",
        "extract_slots",
    ]
)
WORDS = (
    "The %s '%s' is used in a story or rule and is not listed in the domain: it was declared for this training alone."
)


class Lacking(NamedTuple):
    """The names that the domain lacks, in the order of the alphabet."""

    actions: List[str]
    forms: List[str]

    @property
    def words(self) -> List[str]:
        """Return a sentence for each."""
        kinds = [("action", self.actions), ("form", self.forms)]
        return [WORDS % (kind, name) for kind, names in kinds for name in names]


def complete(folder: str) -> List[str]:
    """Put the project's domain and what it lacks into `FOLDER`; returns what was declared, in words, if anything."""
    lacking = find(folder)
    if not lacking.words:
        return []
    target = os.path.join(folder, FOLDER)
    os.makedirs(target)
    for path in _domain_files(folder):
        copy = os.path.join(target, os.path.relpath(path, folder))
        os.makedirs(os.path.dirname(copy), exist_ok=True)
        shutil.copyfile(path, copy)
    _write(os.path.join(target, ADDED), lacking)
    return lacking.words


def find(folder: str) -> Lacking:
    """Return what the stories and rules below `data` name and the domain does not know; nothing of what is no YAML."""
    domains = [content for path in _domain_files(folder) for content in _read(path)]
    known = RASAS_OWN.union(*(_known(domain) for domain in domains))
    actions, forms = set(), set()
    for step in _steps(os.path.join(folder, "data")):
        forms |= {str(step["active_loop"])} if step.get("active_loop") else set()
        actions |= {str(step["action"])} if step.get("action") else set()
    return Lacking(sorted(actions - known - forms), sorted(forms - known))


def _known(domain: Dict[str, Any]) -> "set[str]":
    """Return the actions of a domain: its own, its forms, its responses, and those that choose among responses."""
    names = set()
    for section in ("actions", "forms", "responses"):
        for entry in _entries(domain.get(section)):
            name = str(next(iter(entry), "") if isinstance(entry, dict) else entry)
            names |= {name, name.partition("/")[0]}
    return names


def _steps(folder: str) -> Iterator[Dict[str, Any]]:
    for content in (content for path in _files(folder) for content in _read(path)):
        for entry in [*_entries(content.get("stories")), *_entries(content.get("rules"))]:
            steps = entry.get("steps") if isinstance(entry, dict) else None
            yield from (step for step in _entries(steps) if isinstance(step, dict))


def _entries(section: Any) -> List[Any]:
    """Return the entries of a list or the names of a mapping; nothing of anything else, which Rasa refuses itself."""
    return list(section) if isinstance(section, (list, dict)) else []


def _write(path: str, lacking: Lacking) -> None:
    import ruamel.yaml

    content = {
        "version": "3.1",
        "actions": lacking.actions,
        "forms": {n: {"required_slots": []} for n in lacking.forms},
    }
    with open(path, "w", encoding="utf-8") as file:
        ruamel.yaml.YAML(typ="safe").dump(content, file)


def _read(path: str) -> List[Dict[str, Any]]:
    """Return the file's mapping; nothing for what Rasa will refuse in its own words."""
    import ruamel.yaml

    try:
        with open(path, encoding="utf-8") as file:
            content = ruamel.yaml.YAML(typ="safe").load(file)
    except (ruamel.yaml.error.YAMLError, UnicodeError):
        return []
    return [content] if isinstance(content, dict) else []


def _domain_files(folder: str) -> List[str]:
    whole = os.path.join(folder, "domain.yml")
    return [whole] if os.path.exists(whole) else _files(os.path.join(folder, "domain"))


def _files(folder: str) -> List[str]:
    found = (os.path.join(parent, name) for parent, _, names in os.walk(folder) for name in names)
    return sorted(path for path in found if path.endswith(TEXTS))
