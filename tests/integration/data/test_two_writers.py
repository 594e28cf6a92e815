"""Two people edit one thing: the second is told, and nothing is overwritten in silence."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from parlance.domain.training.examples import NewExample
from parlance.services import examples, project

FILES = "/projects/default/files"
SETTINGS = "/projects/default/settings"
CONFIG = "language: en\npipeline: []\npolicies: []\n"
TEXT = {"Content-Type": "application/yaml"}


@pytest.fixture
def imported(installation):
    project.import_files({"config.yml": CONFIG, "domain.yml": "intents: []\n", "data/nlu.yml": "nlu: []\n"}, "ada")


@pytest.mark.parametrize(("path", "text"), [("/domain", "intents: [a]\n"), (SETTINGS, CONFIG + "# more\n")])
def test_the_second_writer_of_a_text_is_told(admin, imported, path, text):
    tag = admin.get(path).headers["ETag"]

    first = admin.send("PUT", path, body=text, headers={**TEXT, "If-Match": tag})
    second = admin.send("PUT", path, body=text + "# mine\n", headers={**TEXT, "If-Match": tag})

    assert (first.status, second.status, second.json["reason"]) == (200, 412, "PreconditionFailed")
    assert admin.get(path).text == text
    assert admin.get(path).headers["ETag"] == first.headers["ETag"] != tag
    assert admin.send("PUT", path, body=text, headers={**TEXT, "If-Match": "*"}).status == 200


def test_the_second_import_of_a_project_is_told(admin, imported):
    read = admin.get(FILES)
    admin.post("/projects/default/training_examples", {"text": "a", "intent": "b"})

    refused = admin.put(FILES, {"files": read.json["files"]}, headers={"If-Match": read.headers["ETag"]})

    assert refused.status == 412
    tag = admin.get(FILES).headers["ETag"]
    assert (
        admin.put(FILES, {"files": read.json["files"]}, headers={"If-Match": tag}).headers["ETag"]
        == read.headers["ETag"]
    )


def test_a_text_that_is_not_there_matches_nothing(admin, installation):
    assert admin.send("PUT", "/domain", body="intents: []", headers={**TEXT, "If-Match": "*"}).status == 412


def test_edits_at_the_same_time_are_all_kept(admin, imported):
    def add(number):
        examples.add_example(NewExample(text=f"text {number}", intent=f"i{number % 3}"), "ada")

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(add, range(20)))

    listed = admin.get("/projects/default/training_examples").json
    assert sorted(one["text"] for one in listed) == sorted(f"text {number}" for number in range(20))
