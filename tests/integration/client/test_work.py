"""Projects in and out, trainings that are followed, models: as scripts and people do it."""

from __future__ import annotations

import zipfile

import pytest

from parlance.domain.jobs import TrainOptions
from parlance.services import jobs as work
from parlance.services import project
from parlance_client import jobs
from tests.integration.models.conftest import PROJECT, VERSION, deliver, model_file, says

RESULT = {"name": "good", "rasa_version": VERSION, "trained_at": "2026-11-22T10:00:00"}


def write(folder, files):
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    return str(folder)


def test_a_folder_goes_in_and_comes_out_the_same(as_admin, installation, tmp_path):
    bot = write(
        tmp_path / "bot", PROJECT | {"actions/actions.py": "raise", "models/old.tar.gz": "x", ".env": "SECRET=1"}
    )

    assert as_admin("import", bot).err == "3 files imported.\n"
    as_admin("export", str(tmp_path / "out"))
    as_admin("export", str(tmp_path / "out.zip"))

    assert {name: (tmp_path / "out" / name).read_text() for name in PROJECT} == PROJECT
    with zipfile.ZipFile(tmp_path / "out.zip") as archive:
        assert {name: archive.read(name).decode() for name in archive.namelist()} == PROJECT


def test_a_zip_with_a_folder_around_the_project_goes_in(as_admin, installation, tmp_path):
    with zipfile.ZipFile(tmp_path / "bot.zip", "w") as archive:
        for name, text in PROJECT.items():
            archive.writestr(f"my-bot-main/{name}", text)

    assert as_admin("import", str(tmp_path / "bot.zip"), "--json").json["files"] == sorted(PROJECT)


def test_an_import_says_what_it_changes_and_asks(as_admin, imported, tmp_path):
    other = write(
        tmp_path, {"config.yml": PROJECT["config.yml"], "domain.yml": "intents: [bye]\n", "data/x.yml": "nlu: []"}
    )

    refused = as_admin("import", other, typed="n\n")
    assert refused.code == 1
    assert "1 files new, 1 changed, 1 removed" in refused.err
    assert project.export().files == PROJECT
    assert as_admin("import", other, "--yes").code == 0
    assert "data/x.yml" in project.export().files


def test_an_import_overwrites_nobody(as_admin, imported, tmp_path, monkeypatch):
    other = write(tmp_path, PROJECT | {"domain.yml": "intents: [bye]\n"})

    def meanwhile(*_words, **_options):
        project.import_files(PROJECT | {"data/new.yml": "nlu: []\n"}, "bob")

    monkeypatch.setattr("parlance_client.cli.project.confirm", meanwhile)

    assert as_admin("import", other).code == 1
    assert "data/new.yml" in project.export().files


def test_an_export_asks_before_it_overwrites(as_admin, imported, tmp_path):
    (tmp_path / "config.yml").write_text("mine")

    assert as_admin("export", str(tmp_path), typed="n\n").code == 1
    assert (tmp_path / "config.yml").read_text() == "mine"


def ends(monkeypatch, bench, *, state, **fields):
    """Let the newest job's task end while its follower waits."""

    def end(_seconds):
        (job, *_), _ = work.list_jobs(states=("running",), limit=1, offset=0)
        if state == "succeeded":
            bench.finish(job.id)
        progress = {"stage": "training", "component": "DIETClassifier", "epoch": 3, "epochs": 9, "percent": 40.0}
        deliver(says(job.id, "running", seq=1, progress=progress), says(job.id, state, seq=2, **fields))

    monkeypatch.setattr(jobs.time, "sleep", end)


def test_a_training_is_followed_to_its_model(as_admin, imported, monkeypatch):
    ends(monkeypatch, imported, state="succeeded", result=RESULT)

    ended = as_admin("train", "--promote", "--json")

    assert ended.code == 0
    assert (ended.json["state"], ended.json["model"]) == ("succeeded", "good")
    assert as_admin("models", "list", "--tag", "production", "--json").json[0]["model"] == "good"


def test_a_training_that_fails_ends_with_one_and_the_reason(as_admin, imported, monkeypatch):
    ends(monkeypatch, imported, state="failed", error={"code": "Invalid", "message": "no stories"})

    ended = as_admin("train")

    assert ended.code == 1
    assert "no stories" in ended.err
    assert "parlance jobs log" in ended.err


def test_jobs_are_listed_looked_into_and_cancelled(as_admin, imported):
    started = as_admin("train", "--detach", "--json").json
    deliver(says(started["id"], "running", log_tail=["one", "two \x1b[2J"]))

    listed = as_admin("jobs", "list", "--state", "running")
    log = as_admin("jobs", "log", started["id"])
    cancelled = as_admin("jobs", "cancel", started["id"])
    followed = as_admin("jobs", "follow", started["id"])

    assert started["id"] in listed.out
    assert "\x1b" not in log.out
    assert cancelled.code == 0
    assert (followed.code, "cancelled" in followed.err) == (1, True)
    assert as_admin("jobs", "retry", started["id"], "--json").json["retry_of"] == started["id"]


def test_half_a_training_is_one_half(as_admin, imported):
    assert as_admin("train", "--nlu", "--core").code == 2
    as_admin("train", "--nlu", "--detach")
    (job, *_), _ = work.list_jobs(states=(), limit=1, offset=0)
    assert job.options == TrainOptions(only="nlu")


def test_a_model_comes_in_is_served_and_goes_out(as_admin, workbench, tmp_path):
    content = model_file()
    (tmp_path / "mine.tar.gz").write_bytes(content)

    made = as_admin("models", "upload", str(tmp_path / "mine.tar.gz"), "--json").json
    as_admin("models", "promote", "mine")
    as_admin("models", "download", "mine", str(tmp_path / "copy.tar.gz"))
    served = as_admin("models", "delete", "mine", "--yes")

    assert (made["model"], made["version"]) == ("mine", VERSION)
    assert (tmp_path / "copy.tar.gz").read_bytes() == content
    assert not (tmp_path / "copy.tar.gz.part").exists()
    assert "production" in as_admin("models", "list").out
    assert (served.code, "served" in served.err) == (1, True)
    as_admin("models", "promote", "mine", "--tag", "other")


@pytest.mark.parametrize("answer", ["n\n", ""])
def test_a_model_is_deleted_only_when_somebody_says_so(as_admin, workbench, tmp_path, answer):
    (tmp_path / "mine.tar.gz").write_bytes(model_file())
    as_admin("models", "upload", str(tmp_path / "mine.tar.gz"), "--name", "old")

    assert as_admin("models", "delete", "old", typed=answer).code == 1
    assert as_admin("models", "delete", "old", typed="y\n").code == 0
    assert as_admin("models", "download", "old", str(tmp_path / "old")).code == 4
    assert not (tmp_path / "old").exists()
