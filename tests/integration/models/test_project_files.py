"""The project through the API: whole files in, the same files out, nothing hostile kept."""

from __future__ import annotations

import base64
import io
import stat
import urllib.request
import zipfile
from typing import TYPE_CHECKING

import pytest

from parlance.domain import project_zip
from tests.integration.models.conftest import CONFIG, DOMAIN, NLU, PROJECT, Workbench
from tests.support.api import Client, Reply

if TYPE_CHECKING:
    from tests.support.database import Database

FILES = "/projects/default/files"
SETTINGS = "/projects/default/settings"


def put(client: Client, **more: str) -> Reply:
    files = {**PROJECT, **{name.replace("__", "/").replace("_yml", ".yml"): text for name, text in more.items()}}
    return client.put(FILES, {"files": files})


def put_text(client: Client, path: str, text: str, media: str = "application/x-yaml") -> Reply:
    return client.send("PUT", path, body=text, headers={"Content-Type": media})


def post_zip(client: Client, body: bytes, **headers: str) -> Reply:
    from functions.api.app import app

    headers = {"Content-Type": "application/zip", **headers}
    event = client.event("POST", FILES, body=base64.b64encode(body).decode(), headers=headers)
    answer = app({**event, "isBase64Encoded": True}, None)
    return Reply(answer["statusCode"], answer["headers"], answer["body"])


def zipped(files: dict[str, bytes | str], **attributes: int) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        for path, text in files.items():
            entry = zipfile.ZipInfo(path)
            for name, value in attributes.items():
                setattr(entry, name, value)
            archive.writestr(entry, text)
    return target.getvalue()


def test_a_project_comes_out_as_it_went_in(workbench: Workbench, admin: Client) -> None:
    odd = "nlu: # a comment\n- intent:   greet\n  unknown_key: [1,   2]\n  examples: |\n    - ünï 🙂\n\n"

    reply = put(admin, data__odd_yml=odd)

    assert (reply.status, reply.json["problems"], reply.json["left_out"]) == (200, [], [])
    assert admin.get(FILES).json["files"] == {**PROJECT, "data/odd.yml": odd}


def test_an_import_replaces_everything_and_counts_only_real_changes(
    workbench: Workbench, admin: Client, database: Database
) -> None:
    put(admin, data__old_yml="nlu: []")
    put(admin)
    admin.put(FILES, {"files": {**PROJECT, "config.yml": CONFIG + "# more\n"}})

    rows = database.rows("SELECT path, version, updated_by FROM project_files ORDER BY path")
    assert [(row["path"], row["version"]) for row in rows] == [
        ("config.yml", 2),
        ("data/nlu.yml", 1),
        ("domain.yml", 1),
    ]
    assert {row["updated_by"] for row in rows} == {"ada"}


def test_what_is_no_project_file_is_left_out_and_named(workbench: Workbench, admin: Client) -> None:
    files = {**PROJECT, "endpoints.yml": "x: 1", "credentials.yml": "x: 1", "actions/actions.py": "import os", ".x": ""}

    reply = admin.put(FILES, {"files": files})

    assert reply.json["left_out"] == [".x", "actions/actions.py", "credentials.yml", "endpoints.yml"]
    assert reply.json["files"].keys() == PROJECT.keys()


OUTWARD = [
    "../config.yml",
    "data/../../x.yml",
    "/etc/passwd",
    "data//x.yml",
    "data\\x.yml",
    "data/./x.yml",
    "data/x\n.yml",
    "",
    "data/" + "x" * 300 + ".yml",
    "data/nlu.yml/below.yml",
]


def test_a_path_that_leads_out_is_refused_whole(workbench: Workbench, admin: Client, subtests: pytest.Subtests) -> None:
    for path in OUTWARD:
        with subtests.test(path=path):
            reply = admin.put(FILES, {"files": {**PROJECT, path: "x: 1"}})

            assert (reply.status, reply.json["reason"]) == (400, "UnsafeProject")
            assert admin.get(FILES).json["files"] == {}


HOSTILE = [
    ('a: !!python/object/apply:os.system ["id"]', "line 1"),
    ("a: 1\nb: !!python/name:os.system", "line 2"),
    ("%TAG ! tag:yaml.org,2002:python/\n---\na: !object/apply:os.system [id]", "line 3"),
    ("a: !env_var x", "line 1"),
    ("[" * 60, "line 1"),
    ("a: &a [*a]", "line 1"),
    ("responses:\n  utter_x:\n  - text: your ${DB_PASSWORD}", "line 3"),
    ('x: "$AWS_SECRET_ACCESS_KEY"', "line 1"),
    ("a: b\x00", "NUL"),
]
BOMB = "a: &a [x,x,x,x,x,x,x,x,x,x]\n" + "".join(
    f"{name}: &{name} [{','.join([f'*{before}'] * 10)}]\n" for before, name in zip("abcdefgh", "bcdefghi", strict=True)
)


def test_hostile_yaml_is_refused_with_its_line(workbench: Workbench, admin: Client, subtests: pytest.Subtests) -> None:
    for text, place in [*HOSTILE, (BOMB, "line 6")]:
        with subtests.test(text=text[:40]):
            reply = put(admin, data__evil_yml=text)

            assert (reply.status, reply.json["reason"]) == (400, "UnsafeProject")
            assert "data/evil.yml" in reply.json["message"]
            assert place in reply.json["message"]
            assert admin.get(FILES).json["files"] == {}


def test_mistakes_are_kept_and_shown_with_their_line(workbench: Workbench, admin: Client) -> None:
    config = "language: en\npipeline:\n- name: rasa.nlu.X\n- name: own.Component\npolicies: []\n"

    reply = put(admin, config_yml=config, data__a_yml="nlu:\n- [x\n", domain_yml="slots:\n  x:\n    type: os.Evil\n")

    found = {(problem["path"], problem["line"], problem["severity"]) for problem in reply.json["problems"]}
    assert found == {("config.yml", 4, "error"), ("data/a.yml", 3, "error"), ("domain.yml", 2, "error")}
    assert admin.post("/projects/default/models/jobs").json["reason"] == "InvalidProject"


def test_components_on_the_allow_list_are_fine(
    workbench: Workbench, admin: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    from parlance.settings import settings

    monkeypatch.setenv("ALLOWED_COMPONENTS", "own,other")
    settings.cache_clear()

    config = "language: en\npipeline:\n- name: own.Component\n- name: owner.Component\npolicies: []\n"

    assert [problem["line"] for problem in put(admin, config_yml=config).json["problems"]] == [4]


def test_an_empty_project_says_what_it_lacks(workbench: Workbench, admin: Client) -> None:
    assert [problem["path"] for problem in admin.get(FILES).json["problems"]] == ["config.yml", "domain.yml"]
    assert admin.get("/domain").status == 404
    assert admin.get(SETTINGS).status == 404


def test_a_zip_is_imported_with_or_without_a_folder_around_it(workbench: Workbench, admin: Client) -> None:
    for prefix in ("", "bot-main/"):
        files = {f"{prefix}{path}": text for path, text in PROJECT.items()} | {f"{prefix}actions/a.py": b"\xff"}

        reply = post_zip(admin, zipped(files))

        assert (reply.status, reply.json["files"], reply.json["left_out"]) == (200, PROJECT, ["actions/a.py"])


def bomb() -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("data/a.yml", b" " * 50_000_000)
    return target.getvalue()


def doubles() -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        archive.writestr("config.yml", "a")
        with pytest.warns(UserWarning, match="Duplicate"):
            archive.writestr("config.yml", "b")
    return target.getvalue()


HOSTILE_ZIPS = [
    (b"no zip", 400, "InvalidZip"),
    (zipped(PROJECT)[:-40], 400, "InvalidZip"),
    (zipped({"data/a.yml": b"\xff\xfe"}), 400, "InvalidZip"),
    (zipped({"../config.yml": CONFIG}), 400, "UnsafeProject"),
    (zipped({**PROJECT, "../../x.sh": "x"}), 400, "UnsafeProject"),
    (zipped({"data/link.yml": "/etc/passwd"}, external_attr=(stat.S_IFLNK | 0o777) << 16), 400, "UnsafeProject"),
    (zipped({"data/a.yml": "a: !!python/none"}), 400, "UnsafeProject"),
    (bomb(), 413, "TooLarge"),
    (zipped({f"data/{number}.yml": "" for number in range(1001)}), 413, "TooLarge"),
]


def test_a_hostile_zip_is_refused(workbench: Workbench, admin: Client, subtests: pytest.Subtests) -> None:
    for number, (body, status, reason) in enumerate([*HOSTILE_ZIPS, (doubles(), 400, "UnsafeProject")]):
        with subtests.test(number=number):
            reply = post_zip(admin, body)

            assert (reply.status, reply.json["reason"]) == (status, reason)
            assert admin.get(FILES).json["files"] == {}


def test_domain_and_settings_are_texts_of_their_own(imported: Workbench, admin: Client) -> None:
    reply = admin.get("/domain")
    assert (reply.text, reply.headers["Content-Type"]) == (DOMAIN, "application/x-yaml")
    assert admin.get(SETTINGS).text == CONFIG

    changed = DOMAIN + "# and a comment\n"
    assert put_text(admin, "/domain", changed, "text/plain").text == changed
    assert put_text(admin, SETTINGS, CONFIG + "# x\n").text == CONFIG + "# x\n"
    assert admin.get(FILES).json["files"] == {
        "config.yml": CONFIG + "# x\n",
        "domain.yml": changed,
        "data/nlu.yml": NLU,
    }


WRONG_TEXTS = [
    ("/domain", "- a list", 400, "InvalidDomainError"),
    ("/domain", "a: b: c", 400, "InvalidDomainError"),
    ("/domain", "", 400, "InvalidDomainError"),
    ("/domain", "a: !!python/none", 400, "UnsafeProject"),
    (SETTINGS, "language: en", 422, "ConfigMissingKeys"),
    (SETTINGS, "language: [", 400, "InvalidConfig"),
    (SETTINGS, CONFIG.replace("RulePolicy", "a.B"), 400, "InvalidConfig"),
]


def test_a_wrong_text_is_refused_and_the_old_one_stays(
    imported: Workbench, admin: Client, subtests: pytest.Subtests
) -> None:
    for path, text, status, reason in WRONG_TEXTS:
        with subtests.test(path=path, text=text):
            reply = put_text(admin, path, text)

            assert (reply.status, reply.json["reason"]) == (status, reason)
            assert admin.get(FILES).json["files"] == PROJECT


def test_a_split_domain_is_read_as_one_and_replaced_as_one(workbench: Workbench, admin: Client) -> None:
    parts = {
        "domain/a.yml": "intents: # all of them\n- greet\nslots:\n  x: {type: text}\n",
        "domain/b.yml": "intents:\n- greet\n- bye\nslots:\n  y: {type: text}\n",
    }
    files = {path: text for path, text in PROJECT.items() if path != "domain.yml"} | parts
    assert admin.put(FILES, {"files": files}).json["problems"] == []

    whole = admin.get("/domain").text
    assert whole == "intents: # all of them\n- greet\n- bye\nslots:\n  x: {type: text}\n  y: {type: text}\n"

    put_text(admin, "/domain", DOMAIN)
    assert admin.get(FILES).json["files"].keys() == PROJECT.keys()


def test_projects_have_limits(workbench: Workbench, admin: Client) -> None:
    assert put(admin, data__big_yml="#" * (2 * 1024 * 1024 + 1)).status == 413


def test_only_those_who_may_read_and_write_the_project(imported: Workbench, annotator: Client, tester: Client) -> None:
    assert annotator.get("/domain").status == 200
    assert put_text(annotator, "/domain", DOMAIN).status == 403
    assert tester.get(FILES).status == 403
    assert Client().get(FILES).status == 401


def test_the_project_is_taken_along_as_a_zip(workbench: Workbench, admin: Client) -> None:
    post_zip(admin, project_zip.pack(PROJECT))

    told = admin.get(f"{FILES}/zip").json

    with urllib.request.urlopen(told["url"]) as stored:
        body = stored.read()
    assert (project_zip.unpack(body), len(body)) == (PROJECT, told["size"])
