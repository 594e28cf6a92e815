"""The audit log: every change leaves one line, and only the line of a change that happened."""

from __future__ import annotations

import pytest

from parlance.adapters import audit as store
from parlance.adapters.sql import query, transaction
from tests.support import events as rasa
from tests.support.events import NOON


def lines(client, **filters: str) -> list[tuple[str, str, str]]:
    given = "&".join(f"{name}={value}" for name, value in filters.items())
    return [(line["actor"], line["action"], line["object"]) for line in client.get(f"/audit?{given}").json]


@pytest.fixture
def conversation(installation):
    rasa.store(rasa.turn("c1", 1, [*rasa.session(NOON), rasa.user("my secret", "greet", NOON + 1)]))


def test_a_change_leaves_one_line_and_a_reading_none(admin, conversation):
    admin.get("/conversations/c1")
    admin.put("/conversations/c1/reviewStatus", {"review_status": "reviewed"})

    assert lines(admin) == [("ada", "conversationReviewStatus:update", "c1")]


def test_a_refused_change_leaves_no_line(admin, tester, conversation):
    tester.put("/conversations/c1/reviewStatus", {"review_status": "reviewed"})
    admin.put("/conversations/nothing/reviewStatus", {"review_status": "reviewed"})
    admin.put("/conversations/c1/reviewStatus", {"review_status": "odd"})

    assert lines(admin) == []


def test_the_log_never_holds_what_people_say(admin, conversation, installation):
    admin.post("/chat", {"message": "my secret"})
    admin.put(f"/conversations/c1/messages/{NOON + 1}/intent", {"intent": "goodbye"})

    assert lines(admin) == [("ada", "messageIntents:update", f"c1/{NOON + 1}")]
    assert "my secret" not in str(installation.rows("SELECT a::text FROM audit_log a"))


def test_filters_combine_and_pages_do_not_overlap(admin, annotator):
    for client in (admin, annotator, admin):
        client.post("/user/tokens", {"name": "t"})

    first = admin.get("/audit?actor=ada&limit=1")
    second = admin.get(f"/audit?actor=ada&limit=1&cursor={first.headers['X-Next-Cursor']}")

    assert first.total == 2
    assert first.json[0]["id"] > second.json[0]["id"]
    assert lines(admin, actor="anna", action="apiTokens:create")[0][0] == "anna"
    assert lines(admin, actor="anna", action="apiTokens:delete") == []
    assert lines(admin, object=first.json[0]["object"]) == [("ada", "apiTokens:create", first.json[0]["object"])]
    assert lines(admin, until="2020-01-01") == lines(admin, start="2999-01-01") == []
    assert admin.get("/audit?cursor=x").status == admin.get("/audit?limit=1001").status == 400


def test_only_who_may_list_it_reads_the_log(annotator, tester):
    assert annotator.get("/audit").status == tester.get("/audit").status == 403


def test_change_and_line_are_kept_together_or_not_at_all(admin, monkeypatch):
    def fail(**_line):
        raise RuntimeError

    monkeypatch.setattr(store, "add", fail)

    assert admin.post("/user/tokens", {"name": "t"}).status == 500
    assert admin.get("/user/tokens").json == []


def test_a_line_that_cannot_be_written_afterwards_is_an_alarm_not_a_failed_call(
    admin, conversation, monkeypatch, capsys
):
    def fail(**_line):
        raise RuntimeError

    monkeypatch.setattr(store, "add", fail)

    assert admin.put("/conversations/c1/reviewStatus", {"review_status": "reviewed"}).status == 204
    assert "audit_missing" in capsys.readouterr().err


def test_a_transaction_inside_another_joins_it(installation):
    def fail_after_a_change():
        with transaction():
            with transaction() as run:
                run("INSERT INTO tags (value, color) VALUES ('x', '000000')")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail_after_a_change()

    assert query("SELECT * FROM tags") == []
