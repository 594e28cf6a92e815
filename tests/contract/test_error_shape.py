"""Whatever goes wrong, the answer has the contract's shape, the right status, and no traceback."""

from __future__ import annotations

import pytest

from functions.api.endpoint import MEGABYTE
from parlance.domain.errors import Unavailable
from tests.support.api import Client, Reply

FIELDS = {"version", "status", "message", "reason", "details", "help", "code"}


def check(reply: Reply, status: int, reason: str) -> None:
    assert reply.status == status, reply.text
    assert set(reply.json) == FIELDS
    assert reply.json["status"] == "failure"
    assert reply.json["code"] == status
    assert reply.json["reason"] == reason
    assert reply.json["message"]
    assert "Traceback" not in reply.text
    assert reply.headers["Content-Type"] == "application/json"


def test_wrong_password(admin):
    check(Client().post("/auth", {"username": "ada", "password": "no"}), 401, "AuthenticationFailed")


@pytest.mark.parametrize("body", ["", "{", "nonsense", '{"username": "a"', "\ud800"])
def test_body_that_is_no_json(installation, body):
    reply = Client().send("POST", "/auth", body=body.encode("utf-8", "replace").decode())

    check(reply, 400, "InvalidJson")


def test_body_that_is_no_utf_8(installation):
    event = Client().event("POST", "/auth", body="/w==") | {"isBase64Encoded": True}

    from functions.api.app import app

    answer = app(event, None)
    check(Reply(answer["statusCode"], answer["headers"], answer["body"]), 400, "InvalidJson")


@pytest.mark.parametrize(
    ("body", "named"),
    [
        ({}, "username"),
        ({"username": "ada"}, "password"),
        ({"username": 1, "password": "x"}, "username"),
        ({"username": "", "password": "x"}, "username"),
        ({"username": "a" * 256, "password": "x"}, "username"),
        ({"username": "ada", "password": None}, "password"),
        ([], "object"),
    ],
)
def test_body_of_the_wrong_shape_names_the_field(installation, body, named):
    reply = Client().post("/auth", body)

    check(reply, 400, "WrongSchema")
    assert named in reply.json["message"]


@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "PATCH", "DELETE"])
@pytest.mark.parametrize("path", ["/nope", "/", "/auth/nope", "/conversations/x/nope", "//user", "/USER/x"])
def test_unknown_path(admin, method, path):
    check(admin.send(method, path), 404, "NotFound")


def test_unknown_path_for_those_who_ask_for_text(installation):
    reply = Client().get("/nope", headers={"Accept": "text/plain"})

    assert (reply.status, reply.text) == (404, "Not found.")


def test_unknown_conversation(admin):
    check(admin.get("/conversations/nobody"), 404, "ConversationNotFound")


def test_wrong_method_says_which_are_right(admin):
    reply = admin.send("DELETE", "/conversations")

    check(reply, 405, "MethodNotAllowed")
    assert "GET" in reply.headers["Allow"].split(", ")
    assert "HEAD" in reply.headers["Allow"].split(", ")


def test_too_large_a_body(installation):
    check(Client().post("/auth", {"username": "a", "password": "x" * MEGABYTE}), 413, "TooLarge")


@pytest.mark.parametrize("media", ["text/plain", "application/x-www-form-urlencoded", "nonsense"])
def test_unknown_content_type(installation, media):
    reply = Client().send("POST", "/auth", body="a=b", headers={"Content-Type": media})

    check(reply, 415, "UnsupportedMediaType")


def test_content_type_may_carry_a_charset(admin):
    body = '{"username": "ada", "password": "no"}'

    reply = Client().send("POST", "/auth", body=body, headers={"Content-Type": "application/json; charset=utf-8"})

    assert reply.status == 401


def test_nobody_logged_in(installation):
    reply = Client().get("/conversations")

    check(reply, 401, "NotAuthenticated")
    assert reply.headers["WWW-Authenticate"] == "Bearer"


def test_missing_permission_is_named(tester):
    reply = tester.get("/users")

    check(reply, 403, "Forbidden")
    assert "users:list" in reply.json["message"]


@pytest.mark.parametrize("path", ["/conversations/a%00b", "/conversations?text=a%00b", "/conversations/a%00/tracker"])
def test_nul_characters(admin, path):
    check(admin.get(path), 400, "WrongSchema")


@pytest.mark.parametrize("body", [{"data": "\x00"}, {"data": {"\x00": 1}}])
def test_text_that_the_database_cannot_hold(admin, body):
    check(admin.put("/users/ada", body), 400, "WrongSchema")


def test_database_that_is_away(admin, monkeypatch):
    from parlance.adapters import database, pool

    def refuse(*_, **__):
        raise ConnectionRefusedError

    pool.close_idle()
    monkeypatch.setattr(database.socket, "create_connection", refuse)

    reply = admin.get("/user")

    check(reply, 503, "Unavailable")
    assert reply.headers["Retry-After"]


def test_connections_that_the_server_closed_are_opened_anew(admin, installation):
    assert admin.get("/user").status == 200
    installation.rows(
        "SELECT pg_terminate_backend(pid, 60000) FROM pg_stat_activity WHERE datname = current_database()"
        " AND pid <> pg_backend_pid()"
    )

    assert admin.get("/user").status == 200


def test_a_connection_that_lay_still_is_asked_first(admin, monkeypatch):
    from parlance.adapters import pool

    monkeypatch.setattr(pool, "STILL_S", -1.0)
    assert [admin.get("/user").status for _ in range(2)] == [200, 200]


def test_a_table_that_changed_is_read_by_the_next_call(admin, installation):
    from parlance.adapters.sql import query

    installation.rows("CREATE TABLE growing AS SELECT 1 AS a")
    assert query("SELECT * FROM growing") == [{"a": 1}]
    installation.rows("ALTER TABLE growing ADD COLUMN b integer DEFAULT 2")

    with pytest.raises(Unavailable):
        query("SELECT * FROM growing")
    assert query("SELECT * FROM growing") == [{"a": 1, "b": 2}]


def test_a_token_that_was_good_expires(admin, monkeypatch):
    from parlance.adapters import tokens

    assert admin.get("/user").status == 200
    now = tokens.time.time()
    monkeypatch.setattr(tokens.time, "time", lambda: now + tokens.LIFETIME)

    check(admin.get("/user"), 401, "TokenExpired")


def test_emulator_that_is_away(installation, monkeypatch):
    from parlance.adapters import aws

    events = aws.client("dynamodb").meta.events
    events.register("before-send", away)
    reply = Client().post("/auth", {"username": "ada", "password": "x"})
    events.unregister("before-send", away)

    check(reply, 503, "Unavailable")


def away(**_):
    from botocore.exceptions import EndpointConnectionError

    raise EndpointConnectionError(endpoint_url="x")


def test_mistake_of_ours_tells_nothing(admin, monkeypatch, capsys):
    from parlance.adapters import users

    def fail(*_):
        raise ValueError("secret words of a user")

    monkeypatch.setattr(users, "find", fail)

    reply = admin.get("/user")

    check(reply, 500, "InternalError")
    assert "secret words" not in reply.text + capsys.readouterr().err


def test_options_lists_methods_without_a_log_in(installation):
    reply = Client().send("OPTIONS", "/conversations")

    assert (reply.status, reply.text) == (204, "")
    assert reply.headers["Allow"] == "GET, HEAD, OPTIONS, POST"
    assert "Access-Control-Allow-Origin" not in reply.headers


def test_head_is_get_without_a_body(admin):
    reply = admin.send("HEAD", "/conversations")

    assert (reply.status, reply.text, reply.total) == (200, "", 0)


@pytest.fixture
def two_origins(installation, monkeypatch):
    """An installation that lets two other sites in."""
    from parlance.settings import settings

    with monkeypatch.context() as patch:
        patch.setenv("ALLOWED_ORIGINS", "https://tools.example, https://more.example")
        settings.cache_clear()
        yield
    settings.cache_clear()


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [("GET", "/features", 200), ("GET", "/nope", 404), ("GET", "/user", 401), ("PUT", "/features", 405)],
)
@pytest.mark.parametrize("origin", ["https://tools.example", "https://more.example"])
def test_listed_origins_may_read_answers_and_errors(two_origins, method, path, status, origin):
    reply = Client().send(method, path, headers={"Origin": origin})

    assert (reply.status, reply.headers["Access-Control-Allow-Origin"]) == (status, origin)
    assert "X-Total-Count" in reply.headers["Access-Control-Expose-Headers"]
    assert reply.headers["Vary"] == "Origin"


@pytest.mark.parametrize(("path", "wanted"), [("/users/ada", "PUT"), ("/users/ada", "DELETE"), ("/user", "PATCH")])
def test_listed_origins_may_change_things(two_origins, path, wanted):
    asked = {"Origin": "https://tools.example", "Access-Control-Request-Method": wanted}
    asked["Access-Control-Request-Headers"] = "authorization,content-type,if-match,idempotency-key"

    reply = Client().send("OPTIONS", path, headers=asked)

    assert (reply.status, reply.headers["Access-Control-Allow-Origin"]) == (204, asked["Origin"])
    assert wanted in reply.headers["Access-Control-Allow-Methods"].split(", ")
    allowed = reply.headers["Access-Control-Allow-Headers"].lower().split(", ")
    assert set(asked["Access-Control-Request-Headers"].split(",")) <= set(allowed)
    assert "Access-Control-Allow-Credentials" not in reply.headers


@pytest.mark.parametrize("origin", ["https://evil.example", "https://tools.example.evil", "null", "", " ", ","])
@pytest.mark.parametrize(("method", "path"), [("GET", "/features"), ("OPTIONS", "/users/ada"), ("GET", "/nope")])
def test_other_origins_may_not(two_origins, method, path, origin):
    reply = Client().send(method, path, headers={"Origin": origin})

    assert not {"Access-Control-Allow-Origin", "Access-Control-Expose-Headers"} & reply.headers.keys()


@pytest.mark.parametrize("path", ["/features", "/nope", "/conversations"])
def test_every_answer_carries_the_security_headers(installation, path):
    headers = Client().get(path).headers

    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Cache-Control"] == "no-store"
    assert "default-src 'none'" in headers["Content-Security-Policy"]


def test_one_json_line_on_stderr_without_texts_or_tokens(admin, capsys):
    admin.get("/conversations?text=my+secret+words&api_token=abc")

    lines = capsys.readouterr().err.splitlines()
    assert len(lines) == 1
    assert '"route":"/api/conversations"' in lines[0]
    assert "secret" not in lines[0]
    assert admin.token not in lines[0]
