"""Bodies that are made to break whoever reads them: each is the caller's mistake, none is the server's."""

from __future__ import annotations

import json

import pytest

from parlance.services.live_connections import receive
from tests.support.api import Client

DEEP = 100_000


def nested(depth):
    return "[" * depth + "]" * depth


@pytest.mark.parametrize("path", ["/auth", "/auth/jwt"])
def test_strangers_cannot_break_it_by_nesting_and_the_log_says_where_it_ended(installation, path, capsys):
    reply = Client().send("POST", path, body=f'{{"x": {nested(DEEP)}}}')

    assert (reply.status, "nested" in reply.json["message"]) == (400, True)
    lines = [json.loads(line) for line in capsys.readouterr().err.splitlines() if line.startswith("{")]
    (crash,) = [line for line in lines if line["event"] == "crash"]
    assert (crash["error"], "_body" in str(crash["where"])) == ("RecursionError", True)


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("PUT", "/users/ada", '{"data": %s}'),
        ("PUT", "/chatToken", '{"bot_name": "b", "description": "d", "etag": %s}'),
        ("POST", "/conversations/x/events", '{"event": "slot", "name": "s", "value": %s}'),
        ("POST", "/conversationFilters", '{"name": "n", "filters": %s}'),
        ("PUT", "/projects/default/training_examples", '{"rasa_nlu_data": {"x": %s}}'),
    ],
)
@pytest.mark.parametrize("depth", [DEEP, 9_000])
def test_nor_can_those_who_are_logged_in(admin, method, path, body, depth):
    reply = admin.send(method, path, body=body % nested(depth))

    assert reply.status < 500 or reply.json["reason"] == "RasaNotReady", reply.text


def test_a_form_in_a_form_in_a_form(admin):
    parts = "".join(f"--b{n}\r\nContent-Type: multipart/mixed; boundary=b{n + 1}\r\n\r\n" for n in range(2000))

    reply = admin.send(
        "POST",
        "/projects/default/models",
        body=parts.encode(),
        headers={"Content-Type": "multipart/form-data; boundary=b0"},
    )

    assert reply.status == 400


@pytest.mark.parametrize("pattern", ["(" * 3000 + ")" * 3000, "a{99999999999}", "(", "\\N{x}"])
def test_a_pattern_that_no_engine_takes(admin, pattern):
    reply = admin.post("/projects/default/regexes", {"name": "r", "pattern": pattern})

    assert (reply.status, reply.json["reason"]) == (400, "InvalidRegex")


def test_an_example_whose_mark_is_nested(admin):
    example = f'- [x]{{"entity": "e", "value": {nested(30_000)}}}'
    nlu = {"version": "3.1", "nlu": [{"intent": "greet", "examples": example}]}

    reply = admin.send(
        "PUT",
        "/projects/default/training_examples",
        body=json.dumps(nlu),
        headers={"Content-Type": "application/x-yaml"},
    )

    assert reply.status < 500, reply.text


def test_a_frame_that_is_nested_says_nothing():
    assert receive("c", f'{{"Authorization": {nested(DEEP)}}}') == "kept"
