"""Stories and rules: read, drawn and edited where they stand in the project's files."""

from __future__ import annotations

from pathlib import Path

import pytest

from parlance.services import project

HELPDESK = Path(__file__).parents[2] / "data/helpdesk"
FILES = {str(path.relative_to(HELPDESK)): path.read_text() for path in sorted(HELPDESK.rglob("*.yml"))}
NEW = "stories:\n- story: new one # really\n  steps:\n  - intent: greet\n  - action: utter_greet\n"
YAML = {"Content-Type": "application/yaml"}


@pytest.fixture
def imported(installation):
    project.import_files(FILES, "ada")


def files_of(admin):
    return admin.get("/projects/default/files").json["files"]


def put(client, path, text, method="PUT", **headers):
    return client.send(method, path, body=text, headers={**YAML, **headers})


def test_stories_and_rules_are_listed_with_text_author_and_place(admin, imported):
    stories, rules = admin.get("/stories"), admin.get("/rules")

    assert stories.total == len(stories.json) == sum(text.count("- story:") for text in FILES.values())
    assert (rules.total, rules.json[0]["is_rule"], rules.json[0]["filename"]) == (7, True, "data/rules.yml")
    assert len({one["id"] for one in stories.json}) == stories.total
    first = stories.json[0]
    assert first["story"].startswith(f"stories:\n- story: {first['name']}\n  steps:\n  - ")
    assert admin.get(f"/stories/{first['id']}").json == first
    assert [one["name"] for one in admin.get("/rules?q=BOT_CHALLENGE").json] == ["answer bot challenge"]
    assert [one["id"] for one in admin.get(f"/stories?id={first['id']},5").json] == [first["id"]]


def test_they_are_downloaded_as_yaml_and_drawn(admin, imported):
    text = admin.get("/stories", headers={"Accept": "application/yaml"}).text
    graph = admin.get("/rules?q=answer", headers={"Accept": "text/vnd.graphviz"})

    assert text.startswith('version: "3.1"\n\nstories:\n- story: ')
    assert put(admin, "/stories", text).total == admin.get("/stories").total
    assert graph.headers["Content-Type"].startswith("text/vnd.graphviz")
    assert graph.text.splitlines()[3:] == [
        '  n0 [label="bot_challenge", shape=box, style=rounded];',
        "  start -> n0;",
        '  n1 [label="utter_iamabot", shape=box];',
        "  n0 -> n1;",
        "  n1 -> end;",
        "}",
    ]


def test_a_story_is_added_at_the_end_and_removed_without_a_trace(admin, annotator, imported):
    (made,) = put(annotator, "/stories", NEW, "POST").json

    assert (made["name"], made["filename"], made["annotation"]["user"]) == ("new one", "data/stories.yml", "anna")
    assert files_of(admin)["data/stories.yml"] == FILES["data/stories.yml"].rstrip("\n") + "\n" + NEW.split("\n", 1)[1]
    assert annotator.delete(f"/stories/{made['id']}").status == 204
    assert files_of(admin)["data/stories.yml"].rstrip("\n") == FILES["data/stories.yml"].rstrip("\n")
    assert annotator.delete(f"/stories/{made['id']}").status == 404


def test_a_rule_is_replaced_in_place_by_who_has_read_it(admin, imported):
    rule = admin.get("/rules?q=bot_challenge").json[0]
    read = admin.get(f"/rules/{rule['id']}")
    text = rule["story"].replace("utter_iamabot", "utter_greet # now")

    first = put(admin, f"/rules/{rule['id']}", text, **{"If-Match": read.headers["ETag"]})
    second = put(admin, f"/rules/{rule['id']}", text, **{"If-Match": read.headers["ETag"]})

    assert (first.status, first.json["id"], second.status) == (200, rule["id"], 412)
    assert files_of(admin)["data/rules.yml"] == FILES["data/rules.yml"].replace("utter_iamabot", "utter_greet # now")
    assert admin.send("DELETE", f"/rules/{rule['id']}", headers={"If-Match": '"old"'}).status == 412
    assert admin.send("DELETE", f"/rules/{rule['id']}", headers={"If-Match": first.headers["ETag"]}).status == 204


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "below stories"),
        ("stories: [", "below stories"),
        ("rules:\n- rule: x\n  steps:\n  - intent: a\n", "below stories"),
        ("stories:\n- steps: []\n", "line 2"),
        ("stories:\n- story: a\n  steps:\n  - intent: x\n  - what: y\n", "line 5"),
        ("stories:\n- story: a\n", "no steps"),
    ],
)
def test_what_is_no_story_is_refused_with_its_line(admin, imported, text, message):
    refused = put(admin, "/stories", text, "POST")

    assert (refused.status, refused.json["reason"]) == (400, "StoryParseError")
    assert message in refused.json["message"]
    assert files_of(admin) == FILES


def test_markdown_is_of_the_past(admin, imported):
    assert admin.send("POST", "/stories", body="## x", headers={"Content-Type": "text/markdown"}).status == 415
