"""Filling the workbench: when it is imported anew, which training is watched, what cannot be read."""

from __future__ import annotations

import pytest

from infra.local import assistant
from infra.local.failure import RunnerError
from infra.local.folder import folder_of
from infra.local.settings import Settings


class Workbench:
    """As much of the API as filling it needs."""

    def __init__(self, *, open_jobs=(), ends=("succeeded",)):
        self.files, self.imports, self.posts = {}, 0, 0
        self.open_jobs, self.ends = list(open_jobs), list(ends)

    def call(self, method, path, body=None):
        if path.endswith("/files"):
            if method == "PUT":
                self.files, self.imports = dict(body["files"]), self.imports + 1
            return {"files": self.files}
        if path.startswith("/api/jobs?"):
            return self.open_jobs
        if method == "POST":
            self.posts += 1
            return job("new")
        return {**job("x"), "state": self.ends.pop(0)}


def job(name, **options):
    return {"id": name, "state": "queued", "options": {"promote": True, **options}, "error": None}


@pytest.fixture
def settings(tmp_path, monkeypatch) -> Settings:
    monkeypatch.setattr(assistant.time, "sleep", lambda _seconds: None)
    project = tmp_path / "bot"
    project.mkdir()
    for name in ("config.yml", "domain.yml"):
        (project / name).write_text("a: 1\n")
    found = Settings(state=str(tmp_path / "state"), assistant=str(project))
    folder_of(found).make()
    return found


def fill(settings, workbench) -> bool:
    return assistant.import_if_untouched(settings, workbench, lambda _text: None)


def test_an_assistant_put_right_on_disk_is_imported_again(settings, tmp_path):
    workbench = Workbench()

    assert fill(settings, workbench)
    assert not fill(settings, workbench)
    (tmp_path / "bot" / "domain.yml").write_text("a: 2\n")
    assert fill(settings, workbench)
    assert workbench.files["domain.yml"] == "a: 2\n"


def test_edits_in_the_workbench_are_never_overwritten(settings, tmp_path):
    workbench = Workbench()
    fill(settings, workbench)
    workbench.files["domain.yml"] = "edited: 1\n"
    (tmp_path / "bot" / "domain.yml").write_text("a: 2\n")

    assert not fill(settings, workbench)


def test_a_training_that_is_under_way_is_watched_and_not_repeated(settings):
    workbench = Workbench(open_jobs=[job("old")])

    assistant.train(workbench, lambda *_: None)

    assert workbench.posts == 0


def test_when_it_gives_no_model_a_new_one_is_asked_for(settings):
    workbench = Workbench(open_jobs=[job("old")], ends=["cancelled", "succeeded"])

    assistant.train(workbench, lambda *_: None)

    assert workbench.posts == 1


def test_a_training_that_fails_says_where_its_log_is(settings):
    with pytest.raises(RunnerError, match=r"The training failed: it gave no reason .*/log"):
        assistant.train(Workbench(ends=["failed"]), lambda *_: None)


def test_a_file_that_is_no_utf8_is_named(settings, tmp_path):
    (tmp_path / "bot" / "data").mkdir()
    (tmp_path / "bot" / "data" / "extra.yml").write_bytes("caf\u00e9".encode("latin-1"))

    with pytest.raises(RunnerError, match=r"data/extra.yml is not UTF-8 text \(byte 4\)"):
        assistant.project_files(tmp_path / "bot")
