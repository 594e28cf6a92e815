"""A real assistant goes in and comes out with the same content, as Rasa's own importer reads it."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

from parlance.services import project

ROOT = Path(__file__).parents[3]
HELPDESK = ROOT / "tests/data/helpdesk"
RASA = ROOT / ".venv-rasa/bin/python"
FILES = {
    str(path.relative_to(HELPDESK)): path.read_text() for path in sorted(HELPDESK.rglob("*.yml"))
}  # the licence is for people
EXAMPLES = "/projects/default/training_examples"


def read_by_rasa(folder: Path) -> dict:
    """Return what Rasa reads from a project's folder."""
    done = subprocess.run(
        [RASA, ROOT / "tests/data/read_project.py", folder], capture_output=True, text=True, check=True, cwd=folder
    )
    return json.loads(done.stdout.split("READ ", 1)[1])


def as_rasa(example: dict) -> dict:
    """Return what Rasa calls the same example."""
    marks = [{key: mark[key] for key in mark if key != "entity_synonym_id"} for mark in example["entities"]]
    known = {"text": example["text"], "intent": example["intent"]}
    return {**known, "entities": marks} if marks else known


def written(files: dict[str, str], folder: Path) -> Path:
    for path, text in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text)
    return folder


def test_every_file_comes_out_as_it_went_in(admin, installation):
    project.import_files(FILES, "ada")

    assert admin.get("/projects/default/files").json["files"] == FILES
    assert admin.get(EXAMPLES).total == 452


@pytest.mark.skipif(not RASA.exists(), reason="needs Rasa's environment: make install")
def test_edits_and_their_undoing_leave_what_rasa_reads(admin, installation, tmp_path):
    project.import_files(FILES, "ada")
    mark = {"start": 8, "end": 12, "entity": "priority", "value": "high"}
    read = read_by_rasa(HELPDESK)
    listed = [as_rasa(example) for example in admin.get(EXAMPLES).json]
    unique = [one for place, one in enumerate(listed) if one not in listed[:place]]  # as Rasa's are
    assert unique == read["examples"]
    made = admin.post(EXAMPLES, {"text": "this is ASAP", "intent": "inform", "entities": [mark]}).json
    edited = read_by_rasa(written(admin.get("/projects/default/files").json["files"], tmp_path / "edited"))

    added = [example for example in edited["examples"] if example not in read["examples"]]
    assert [(example["text"], example["intent"]) for example in added] == [("this is ASAP", "inform")]
    assert added[0]["entities"] == [{"start": 8, "end": 12, "entity": "priority", "value": "high"}]
    assert edited["synonyms"] == {**read["synonyms"], "ASAP": "high"}

    admin.delete(f"{EXAMPLES}/{made['id']}")
    assert read_by_rasa(written(admin.get("/projects/default/files").json["files"], tmp_path / "undone")) == read
