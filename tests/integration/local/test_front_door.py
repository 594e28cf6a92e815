"""What the front door passes on, to whom, and what it answers itself."""

from __future__ import annotations

import asyncio
import gzip
import json
import zlib

import aiohttp
import msgspec
import pytest
from aiohttp.test_utils import TestServer

from infra.deploy_upload import upload_ui
from infra.local.deployed import Deployed
from infra.local.folder import folder_of, write_private
from infra.local.front_door import targets
from infra.local.front_door.app import make_app
from tests.integration.local.door import alone, run


def test_api_calls_reach_the_stage_with_path_and_query_untouched(tmp_path):
    async def scenario(door):
        return await (await door.get("/api/conversations/a%2Fb?x=%20y")).json()

    told = run(tmp_path, scenario)

    assert told["path"] == "/restapis/x/live/_user_request_/api/conversations/a%2Fb?x=%20y"


def test_core_is_rasas_root_and_channels_keep_their_paths(tmp_path):
    async def scenario(door):
        paths = ("/core/status?token=t", "/core", "/webhooks/rest/webhook?stream=true")
        return [(await (await door.get(path)).json())["path"] for path in paths]

    assert run(tmp_path, scenario) == ["/status?token=t", "/", "/webhooks/rest/webhook?stream=true"]


def test_forwarding_headers_are_ours_and_connection_headers_stay_behind(tmp_path):
    async def scenario(door):
        said = {"X-Forwarded-For": "6.6.6.6", "Connection": "keep-alive, X-Secret", "X-Secret": "1", "X-Kept": "2"}
        return (await (await door.get("/api/x", headers=said)).json())["headers"]

    headers = run(tmp_path, scenario)

    assert headers["X-Forwarded-For"] == "127.0.0.1"
    assert headers["X-Forwarded-Proto"] == "http"
    assert headers["X-Forwarded-Host"].startswith("127.0.0.1:")
    assert headers["X-Kept"] == "2"
    assert "X-Secret" not in headers


def test_method_body_and_status_pass_through(tmp_path):
    async def scenario(door):
        answer = await door.put("/api/x?status=409", data=b"z" * 100_000)
        return answer.status, await answer.json()

    status, told = run(tmp_path, scenario)

    assert (status, told["method"], told["size"]) == (409, "PUT", 100_000)


def test_answers_stream_as_they_come(tmp_path):
    async def scenario(door):
        answer, loop = await door.get("/webhooks/dribble"), asyncio.get_running_loop()
        first = await answer.content.readany(), loop.time()
        rest = await answer.content.read(), loop.time()
        return first, rest

    (first, early), (rest, late) = run(tmp_path, scenario)

    assert (first + rest, late - early > 0.15) == (b"one two three", True)


def test_an_answer_that_breaks_off_is_never_passed_as_whole(tmp_path):
    async def scenario(door):
        try:
            return await (await door.get("/webhooks/break")).read()
        except aiohttp.ClientError:
            return "broken"

    assert run(tmp_path, scenario) == "broken"


def test_a_large_body_is_refused_by_its_header_and_by_its_size(tmp_path):
    async def endless():
        for _ in range(200):
            yield b"x" * 100_000

    async def scenario(door):
        announced = await door.post("/api/x", data=b"x" * (targets.MEGABYTE * 11))
        shape = await announced.json()
        try:
            chunked = (await door.post("/api/x", data=endless())).status
        except aiohttp.ClientError:  # the refusal may overtake the sending
            chunked = 413
        return announced.status, shape, chunked

    status, shape, chunked = run(tmp_path, scenario)

    assert (status, chunked) == (413, 413)
    assert set(shape) == {"version", "status", "message", "reason", "details", "help", "code"}
    assert (shape["status"], shape["reason"], shape["code"]) == ("failure", "TooLarge", 413)


@pytest.mark.parametrize("packing", ["gzip", "deflate"])
def test_a_packed_body_arrives_unpacked_as_behind_api_gateway(tmp_path, packing, caplog):
    pack = {"gzip": gzip.compress, "deflate": zlib.compress}[packing]

    async def scenario(session):
        async def told(body, *others):
            headers = [("Content-Encoding", name) for name in (packing, *others)]
            async with session.post("/api/x", data=body, headers=headers) as answer:
                return answer.status, await answer.json()

        status, seen = await told(pack(b"x" * 1000))
        assert (status, seen["size"], "Content-Encoding" in seen["headers"]) == (200, 1000, False)
        status, said = await told(b"this is not packed")
        assert (status, said["reason"]) == (400, "BadRequest")
        status, said = await told(pack(bytes(11_000_000)))
        assert (status, said["reason"]) == (413, "TooLarge")
        for other in ("identity", "identity, gzip", "gzip"):
            status, said = await told(pack(b"x" * 1000), other)
            assert (status, said["reason"]) == (415, "UnsupportedMediaType")

    run(tmp_path, scenario)
    assert "Unhandled exception" not in caplog.text


def test_an_api_that_is_silent_is_a_504_in_the_error_shape(tmp_path, monkeypatch):
    real = targets.api_target
    monkeypatch.setattr(targets, "api_target", lambda *a: msgspec.structs.replace(real(*a), longest=0.3))

    async def scenario(door):
        answer = await door.get("/api/slow")
        return answer.status, (await answer.json())["reason"]

    assert run(tmp_path, scenario) == (504, "Timeout")


def test_websockets_carry_text_binary_protocol_and_close_code(tmp_path):
    async def scenario(door):
        async with door.ws_connect("/socket.io/?transport=websocket", protocols=["v1", "v2"]) as socket:
            await socket.send_str("hi")
            text = (await socket.receive()).data
            await socket.send_bytes(b"ab")
            binary = (await socket.receive()).data
            await socket.send_str("bye")
            await socket.receive()
            return text, binary, socket.protocol, socket.close_code

    assert run(tmp_path, scenario) == ("you said hi", b"ba", "v2", 4001)


def test_the_websocket_of_live_updates_reaches_its_own_api(tmp_path):
    async def scenario(door):
        plain = await door.get("/api/ws")
        async with door.ws_connect("/api/ws") as socket:
            await socket.send_str("hi")
            return plain.status, (await socket.receive()).data

    assert run(tmp_path, scenario) == (426, "you said hi")


def test_while_rasa_starts_programs_get_json_and_people_a_page(tmp_path):
    async def scenario(door):
        program = await door.post("/webhooks/rest/webhook", json={"message": "hi"})
        person = await door.get("/core/", headers={"Accept": "text/html"})
        socket = await door.get("/socket.io/", headers={"Upgrade": "websocket", "Connection": "Upgrade"})
        return [(a.status, a.headers["Retry-After"], a.content_type) for a in (program, person, socket)]

    answers = run(tmp_path, scenario, rasa=False)

    assert answers == [(503, "5", "application/json"), (503, "5", "text/html"), (503, "5", "application/json")]


def test_before_the_first_deployment_everyone_is_asked_to_wait(tmp_path):
    async def scenario(door):
        return [(await door.get(path)).status for path in ("/api/version", "/")]

    assert run(tmp_path, scenario, deployed=False, rasa=False) == [503, 503]


def test_paths_that_climb_are_refused(tmp_path):
    from yarl import URL

    async def scenario(door):
        base = str(door._base_url).rstrip("/")
        tried = ("/api/%2e%2e/%2e%2e/other", "/core/..%2fx")
        return [(await door.get(URL(base + path, encoded=True))).status for path in tried]

    assert run(tmp_path, scenario) == [400, 400]


def test_robots_and_health(tmp_path):
    async def scenario(door):
        return await (await door.get("/robots.txt")).text(), await (await door.get("/healthz")).json()

    assert run(tmp_path, scenario, deployed=False, rasa=False) == ("User-agent: *\nDisallow: /\n", {"status": "ok"})


SHAPE = {"version", "status", "message", "reason", "details", "help", "code"}


def test_odd_paths_and_methods_are_refused_in_the_error_shape(tmp_path):
    tried = [("GET", "/api"), ("POST", "/api/"), ("TRACE", "/api/x"), ("PUT", "/robots.txt"), ("POST", "/")]

    async def scenario(door):
        answers = [await door.request(method, path) for method, path in tried]
        return [(answer.status, answer.headers.get("Allow"), await answer.json()) for answer in answers]

    answers = run(tmp_path, scenario)

    every = "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS"
    expected = [(404, None), (404, None), (405, every), (405, "GET, HEAD"), (405, "GET, HEAD")]
    assert [answer[:2] for answer in answers] == expected
    assert all(set(body) == SHAPE and body["details"] == {} for *_, body in answers)


def test_what_is_not_http_is_a_400_in_the_error_shape_and_no_traceback(tmp_path, caplog):
    long = b"a" * 9000
    tried = (b"FOO / HTTP/1.1\r\n\r\n", b"GET /%b HTTP/1.1\r\n\r\n" % long, b"GET / HTTP/1.1\r\nX: %b\r\n\r\n" % long)

    async def scenario(door):
        return [await sent(door._base_url.port, raw) for raw in tried]

    async def sent(port, raw):
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(raw)
        head, _, body = (await reader.read()).partition(b"\r\n\r\n")
        writer.close()
        return head.split()[1], set(json.loads(body))

    answers = run(tmp_path, scenario)

    assert answers == [(b"400", SHAPE)] * 3
    assert "Traceback" not in caplog.text


def test_the_ui_comes_from_its_bucket_with_cache_compression_and_a_strict_policy(own_emulator, tmp_path):
    s3, script, packed = own_emulator.client("s3"), b"x" * 999, gzip.compress(b"x" * 999, 1)
    s3.create_bucket(Bucket="the-ui")
    files = {
        "index.html": b"<html>" + b"a" * 999,
        "assets/a-1.js": script,
        "assets/a-1.js.gz": packed,
        ".made-from": b"x",
    }
    for name, body in files.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(body)
    upload_ui(s3, "the-ui", tmp_path, lambda *_: None)
    assert ".made-from" not in {one["Key"] for one in s3.list_objects_v2(Bucket="the-ui")["Contents"]}
    write_private(folder_of(own_emulator.settings).deployment, Deployed("x", "live", "the-ui", {}))

    async def play():
        async with TestServer(make_app(own_emulator.settings)) as server:  # noqa: SIM117 - one needs the other
            async with aiohttp.ClientSession(server.make_url("/"), auto_decompress=False) as door:
                screen = await door.get("/conversations/web-1.a")
                again = await door.get("/", headers={"If-None-Match": screen.headers["ETag"]})
                asset = await door.get("/assets/a-1.js")
                plain = await door.get("/assets/a-1.js", headers={"Accept-Encoding": "identity"})
                missing = await door.get("/assets/none.js")
                wrong = await door.post("/")
                bodies = [await one.read() for one in (screen, asset, plain)]
                return screen, again.status, asset.headers, missing.status, wrong.status, bodies

    screen, again, asset, missing, wrong, (body, *scripts) = alone(play)

    assert (screen.status, again, missing, wrong) == (200, 304, 404, 405)
    policy = screen.headers["Content-Security-Policy"].split("; ")
    assert "frame-ancestors 'none'" in policy
    assert f"connect-src 'self' {own_emulator.settings.emulator_url}" in policy
    assert (screen.headers["Content-Encoding"], len(body) < 100) == ("gzip", True)
    assert asset["Cache-Control"].endswith("immutable")
    assert scripts == [packed, script]  # as the build packed it, and plain for who cannot unpack
