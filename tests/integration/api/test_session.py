"""Logging in, tokens, passwords, accounts."""

from __future__ import annotations

import pytest

from parlance.adapters import throttle, tokens
from parlance.services import install, login
from tests.support.api import Client
from tests.support.installation import PASSWORD


def test_right_password_gives_a_token_that_opens_the_profile(admin):
    answer = Client().post("/auth", {"username": "ada", "password": PASSWORD})

    profile = Client(answer.json["access_token"]).get("/user")

    assert answer.status == profile.status == 200
    assert profile.json["username"] == "ada"
    assert profile.json["roles"] == ["admin"]
    assert "clientEvents:create" in profile.json["permissions"]
    assert "argon2" not in profile.text


@pytest.mark.parametrize(("username", "password"), [("ada", "wrong"), ("nobody", PASSWORD), ("ADA", PASSWORD)])
def test_wrong_name_and_wrong_password_get_the_same_answer(admin, username, password):
    answer = Client().post("/auth", {"username": username, "password": password})

    assert answer.status == 401
    assert answer.json["message"] == "Wrong username or password."


@pytest.fixture
def three_tries(monkeypatch):
    monkeypatch.setattr(login, "TRIES_BY_ACCOUNT", 3)
    end = throttle._window_end() + throttle.WINDOW  # a window may end while a test runs
    monkeypatch.setattr(throttle, "_window_end", lambda: end)


def test_after_too_many_tries_even_the_right_password_is_refused(admin, three_tries):
    for _ in range(3):
        assert Client().post("/auth", {"username": "ada", "password": "wrong"}).status == 401

    answer = Client().post("/auth", {"username": "ada", "password": PASSWORD})

    assert answer.status == 429
    assert int(answer.headers["Retry-After"]) > 0


def test_a_successful_login_clears_the_count(admin, three_tries):
    for _ in range(2):
        for _ in range(2):
            Client().post("/auth", {"username": "ada", "password": "wrong"})
        assert Client().post("/auth", {"username": "ada", "password": PASSWORD}).status == 200


def test_claims_are_what_rasas_channel_reads(admin):
    claims = tokens.read(admin.token)

    assert claims["username"] == "ada"
    assert "clientEvents:create" in claims["scopes"]
    assert claims["exp"] - claims["iat"] == pytest.approx(8 * 3600, abs=2)
    assert "aud" not in claims


def test_a_changed_password_ends_other_sessions(admin):
    body = {"old_password": PASSWORD, "new_password": "another one", "new_password_confirm": "another one"}

    answer = admin.post("/user/password", body)

    assert answer.status == 200
    assert admin.get("/user").json["reason"] == "StaleToken"
    assert Client(answer.json["access_token"]).get("/user").status == 200
    assert Client().post("/auth", {"username": "ada", "password": "another one"}).status == 200


def test_a_password_change_needs_the_old_password_and_a_confirmation(admin):
    wrong = {"old_password": "wrong", "new_password": "another one", "new_password_confirm": "another one"}
    typo = {"old_password": PASSWORD, "new_password": "another one", "new_password_confirm": "another two"}

    assert admin.post("/user/password", wrong).status == 403
    assert admin.post("/user/password", typo).status == 403


def test_refresh_verify_and_me_know_the_caller(admin):
    fresh = Client(admin.post("/auth/refresh").json["access_token"])

    assert fresh.get("/auth/verify").json == {"valid": True, "username": "ada"}
    assert fresh.get("/auth/me").json["me"]["username"] == "ada"


def test_signing_out_everywhere_makes_every_token_stale(admin):
    assert admin.delete("/user/sessions").status == 204
    assert admin.get("/user").status == 401


def test_a_deleted_account_is_locked_out_at_once(admin, tester):
    assert admin.delete("/users/tess").json["username"] == "tess"
    assert tester.get("/user").status == 401


def test_accounts_are_created_listed_and_not_created_twice(admin):
    new = {"username": "zoe", "password": "long enough", "roles": ["annotator"]}

    assert admin.post("/users", new).status == 201
    assert admin.post("/users", new).status == 409
    assert [user["username"] for user in admin.get("/users?role=annotator").json] == ["zoe"]
    assert admin.get("/users?username=nobody").status == 404
    assert admin.post("/users", new | {"username": "x", "roles": ["king"]}).status == 400
    assert admin.post("/users", new | {"username": "x", "password": "short"}).status == 400


def test_only_admins_touch_accounts(tester):
    assert tester.get("/users").status == 403
    assert tester.delete("/users/ada").status == 403


def test_own_data_comes_back_and_others_is_refused(admin):
    assert admin.put("/users/ada", {"data": {"theme": "dark"}}).status == 204
    assert admin.get("/user").json["data"] == {"theme": "dark"}
    assert admin.put("/users/tess", {"data": 1}).status == 403


def test_an_api_token_opens_marked_calls_only(admin, installation):
    installation.rows(
        "INSERT INTO api_tokens (username, name, token_hash) VALUES ('ada', 'ci', :hash)",
        hash=tokens.fingerprint("secret-api-token"),
    )

    assert Client().get("/telemetry?api_token=secret-api-token").status == 200
    assert Client().get("/user?api_token=secret-api-token").status == 401
    assert Client().get("/telemetry?api_token=wrong").status == 401
    assert installation.rows("SELECT last_used_at FROM api_tokens")[0]["last_used_at"] is not None


def test_prepare_makes_key_and_first_user_once(installation, monkeypatch):
    from parlance.adapters import aws, keys
    from parlance.settings import settings

    for name, value in {"empty-key": "{}", "first": '{"username": "root", "password": "given password"}'}.items():
        aws.client("secretsmanager").create_secret(Name=name + installation.name, SecretString=value)
    monkeypatch.setenv("SIGNING_KEY_SECRET", "empty-key" + installation.name)
    monkeypatch.setenv("FIRST_USER_SECRET", "first" + installation.name)
    settings.cache_clear()

    install.prepare()
    first = keys.ring()
    install.prepare()

    assert keys.load("empty-key" + installation.name).keys == first
    assert Client().post("/auth", {"username": "root", "password": "given password"}).status == 200
