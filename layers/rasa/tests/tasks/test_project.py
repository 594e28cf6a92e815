import zipfile

import pytest

from parlance_rasa.tasks import project
from parlance_rasa.tasks.failure import TrainingFailedError


def zipped(path, entries):
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in entries.items():
            archive.writestr(name, content)
    return str(path)


def test_a_project_comes_out_of_its_zip(tmp_path):
    archive = zipped(tmp_path / "p.zip", {"config.yml": "language: en", "data/nlu.yml": "version: '3.1'"})

    project.unpack(archive, str(tmp_path / "out"))

    assert (tmp_path / "out" / "data" / "nlu.yml").read_text() == "version: '3.1'"
    assert project.read_config(str(tmp_path / "out")) == {"language": "en"}


@pytest.mark.parametrize("name", ["../evil", "/etc/evil", "a/../../evil"])
def test_a_path_that_leaves_the_folder_is_refused(tmp_path, name):
    archive = zipped(tmp_path / "p.zip", {name: "x"})

    with pytest.raises(TrainingFailedError, match="outside"):
        project.unpack(archive, str(tmp_path / "out"))

    assert not (tmp_path / "evil").exists()


def test_a_link_is_refused(tmp_path):
    link = zipfile.ZipInfo("data")
    link.external_attr = 0o120777 << 16

    with pytest.raises(TrainingFailedError, match="outside"):
        project.unpack(zipped(tmp_path / "p.zip", {link: "/etc"}), str(tmp_path / "out"))


def test_too_many_files_are_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(project, "MOST_FILES", 2)

    with pytest.raises(TrainingFailedError, match="too large"):
        project.unpack(zipped(tmp_path / "p.zip", dict.fromkeys("abc", "")), str(tmp_path / "out"))


def test_what_is_no_zip_and_what_is_no_yaml_fail_with_a_sentence(tmp_path):
    (tmp_path / "p.zip").write_text("no zip")
    (tmp_path / "config.yml").write_text("a: [")

    with pytest.raises(TrainingFailedError, match="not a zip"):
        project.unpack(str(tmp_path / "p.zip"), str(tmp_path))
    with pytest.raises(TrainingFailedError, match="cannot be read"):
        project.read_config(str(tmp_path))


@pytest.mark.parametrize(
    ("options", "wanted", "unwanted"),
    [
        ({}, "--data data", "--force"),
        ({"force": True, "skip_validation": True}, "--force --skip-validation", "--finetune"),
        ({"only": "nlu", "force": True, "skip_validation": True}, "train nlu --config", "--force"),
        ({"only": "core", "force": True}, "--stories data --out models --force", "--skip-validation"),
    ],
)
def test_the_jobs_options_are_rasas_arguments(tmp_path, options, wanted, unwanted):
    (tmp_path / "domain.yml").touch()

    command = " ".join(project.command(str(tmp_path), options, None))

    assert wanted in command
    assert unwanted not in command
    assert "--domain domain.yml" in command


def test_a_domain_in_parts_and_a_model_to_go_on_from(tmp_path):
    command = " ".join(project.command(str(tmp_path), {"epoch_fraction": 0.2}, "/base/m.tar.gz"))

    assert "--domain domain " in command
    assert command.endswith("--finetune /base/m.tar.gz --epoch-fraction 0.2")
