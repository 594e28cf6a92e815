"""Logging in from a terminal, and what a command says when it cannot do its work."""

from __future__ import annotations

import os
import stat
from pathlib import Path

from parlance_client.transport import Transport
from tests.support.installation import PASSWORD


def log_in(run, password=PASSWORD):
    return run("login", "--user", "ada", "--password-stdin", typed=f"{password}\n")


def test_a_log_in_is_kept_where_only_its_owner_reads(run, admin, server):
    ended = log_in(run)
    file = Path(os.environ["PARLANCE_LOGIN"])

    assert ended == (0, "", f"Logged in at {server.url} as ada.\n")
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700
    assert PASSWORD not in file.read_text()
    assert run("whoami", "--json").json["roles"] == ["admin"]


def test_a_log_in_that_others_can_read_is_not_used(run, admin):
    log_in(run)
    Path(os.environ["PARLANCE_LOGIN"]).chmod(0o644)

    ended = run("whoami")

    assert ended.code == 1
    assert "chmod 600" in ended.err


def test_a_log_in_counts_for_its_installation_only(run, admin, monkeypatch):
    log_in(run)
    monkeypatch.setenv("PARLANCE_URL", "http://127.0.0.1:9")

    assert run("whoami").code == 3


def test_a_password_does_not_cross_a_network_unencrypted_without_asking(run, admin):
    words = ("--url", "http://parlance.test", "login", "--user", "ada", "--password-stdin")

    refused = run(*words, typed="n\n")

    assert refused.code == 1
    assert "not encrypted" in refused.err
    assert run(*words, "--yes", typed=f"{PASSWORD}\n").code == 5  # nobody is there


def test_after_logging_out_nobody_is_logged_in(run, admin):
    log_in(run)
    run("logout")

    ended = run("whoami")

    assert ended.code == 3
    assert "parlance login" in ended.err


def test_a_wrong_password_and_a_stale_token_ask_for_a_log_in(run, admin, monkeypatch):
    assert log_in(run, "wrong").code == 3
    monkeypatch.setenv("PARLANCE_TOKEN", "a.b.c")
    assert run("whoami").code == 3


def test_a_missing_permission_is_named(as_tester):
    ended = as_tester("users", "list")

    assert ended == (1, "", "parlance: This needs the permission users:list.\n")


def test_an_address_where_nobody_answers_or_somebody_else_does(as_admin, server, monkeypatch):
    elsewhere = as_admin("--url", f"{server.url}/nowhere", "whoami")
    assert elsewhere.code == 1
    assert "not what this client knows" in elsewhere.err
    assert as_admin("--url", "localhost", "whoami").code == 1
    server.is_away = True
    ended = as_admin("whoami")
    assert ended.code == 5
    assert "does not answer" in ended.err


def test_a_wrong_command_line_ends_with_two(as_admin):
    assert as_admin("conversations", "list", "--limit", "0").code == 2
    assert as_admin("nonsense").code == 2


def test_accounts_are_made_changed_and_deleted(as_admin):
    made = as_admin(
        "users", "create", "bea", "--role", "tester", "--password-stdin", "--json", typed="a long password\n"
    )
    as_admin("users", "roles", "bea", "annotator", "tester")
    listed = as_admin("users", "list")
    kept = as_admin("users", "delete", "bea", typed="n\n")
    gone = as_admin("users", "delete", "bea", "--yes")

    assert (made.json["username"], made.json["roles"]) == ("bea", ["tester"])
    assert "annotator, tester" in listed.out
    assert (kept.code, gone.code) == (1, 0)
    assert "bea" not in as_admin("users", "list").out


def test_a_token_for_programs_is_shown_once_works_and_is_revoked(as_admin, monkeypatch):
    token = as_admin("tokens", "create", "nightly", "--days", "3").out.strip()
    (kept,) = as_admin("tokens", "list", "--json").json
    as_admin_token = os.environ["PARLANCE_TOKEN"]
    monkeypatch.setenv("PARLANCE_TOKEN", token)
    with_it = as_admin("conversations", "list", "--json")
    monkeypatch.setenv("PARLANCE_TOKEN", as_admin_token)

    assert with_it.json == []
    assert kept["token"] is None
    assert as_admin("tokens", "revoke", kept["id"]).code == 0
    monkeypatch.setenv("PARLANCE_TOKEN", token)
    assert as_admin("conversations", "list").code == 3


def test_a_change_whose_answer_was_lost_acts_once(as_admin, monkeypatch):
    exchange, lost = Transport._exchange, []

    def losing_the_first(self, call):
        reply = exchange(self, call)
        if call.method == "POST" and not lost:
            lost.append(call)
            from parlance_client import Unreachable

            raise Unreachable("the line broke")
        return reply

    monkeypatch.setattr(Transport, "_exchange", losing_the_first)
    words = ("users", "create", "bea", "--role", "tester", "--password-stdin")

    assert as_admin(*words, typed="a long password\n").code == 0
    assert len(lost) == 1
