"""A lock store that cannot work fails when Rasa starts, with one sentence that says what to do."""

import http.server
import json
import os
import threading

import pytest
from rasa.core.lock_store import LockError, LockStore
from rasa.core.utils import AvailableEndpoints
from rasa.shared.exceptions import RasaException
from rasa.utils.endpoints import EndpointConfig
from support.postgres import ROOT, free_port

from parlance_rasa.locks.options import Options

from .conftest import CREDENTIALS, KINDS


def start(kind, **options):
    return LockStore.create(EndpointConfig(type=KINDS[kind], **options))


@pytest.fixture
def refusing(monkeypatch):
    """An endpoint that answers every call with one of AWS's refusals."""
    answer = {}

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_POST(self):
            self.rfile.read(int(self.headers["content-length"]))
            body = json.dumps(
                {"__type": f"com.amazon.coral.service#{answer['code']}", "message": answer["text"]}
            ).encode()
            self.send_response(400)
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_):
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    for name, value in CREDENTIALS.items():
        monkeypatch.setenv(name, value)
    yield lambda code, text: answer.update(code=code, text=text) or f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()


@pytest.mark.parametrize(
    ("code", "text", "says"),
    [
        (
            "AccessDeniedException",
            "User: x is not authorized",
            "no permission: dynamodb:UpdateItem and dynamodb:GetItem",
        ),
        ("UnrecognizedClientException", "The security token is invalid", "the credentials are wrong, expired"),
        ("InvalidSignatureException", "Signature expired", "signed by a clock that is off"),
        ("ExpiredTokenException", "The security token has expired", "the credentials are wrong, expired"),
        ("ResourceNotFoundException", "Requested resource not found", "there is no table 'locks' at http"),
        ("ValidationException", "The provided key element does not match", "one hash key `pk`, a string"),
    ],
)
def test_what_aws_refuses_is_said_in_one_sentence(refusing, code, text, says):
    with pytest.raises(RasaException, match=says) as raised:
        start("dynamodb", table="locks", endpoint=refusing(code, text))

    assert text in str(raised.value)
    assert "\n" not in str(raised.value)


def test_a_table_that_does_not_exist(lock_table):
    with pytest.raises(RasaException, match="there is no table 'nowhere'"):
        start("dynamodb", table="nowhere")


def test_no_table_given(lock_table, monkeypatch):
    monkeypatch.delenv("LOCK_TABLE", raising=False)

    with pytest.raises(RasaException, match="set `table` or LOCK_TABLE"):
        start("dynamodb")


def test_the_environment_names_the_table(lock_table, monkeypatch):
    monkeypatch.setenv("LOCK_TABLE", lock_table)

    assert start("dynamodb").get_lock("nobody") is None


def test_no_credentials(monkeypatch, tmp_path):
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    for name in ("AWS_SHARED_CREDENTIALS_FILE", "AWS_CONFIG_FILE"):
        monkeypatch.setenv(name, str(tmp_path / "none"))
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")

    with pytest.raises(RasaException, match="no AWS credentials found"):
        start("dynamodb", table="locks", region="us-east-1")


@pytest.mark.parametrize("kind", KINDS)
def test_a_misspelt_option_is_refused(kind):
    with pytest.raises(RasaException, match="unknown option leese"):
        start(
            kind, table="locks", region="us-east-1", endpoint="http://127.0.0.1:1", leese=3
        ) if kind == "dynamodb" else (start(kind, leese=3))


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ({"lease": "soon"}, "a number was expected"),
        ({"heartbeat": 14}, "at most half of `lease`"),
        ({"queue_cap": 0}, "must be over 0"),
    ],
)
def test_an_option_that_makes_no_sense_is_refused(options, says):
    with pytest.raises(RasaException, match=says):
        start("redis", **options)


@pytest.mark.parametrize("kind", KINDS)
def test_nobody_listening_is_said_within_the_patience(kind, monkeypatch):
    for name, value in CREDENTIALS.items():
        monkeypatch.setenv(name, value)
    port = free_port()
    place = {"endpoint": f"http://127.0.0.1:{port}", "table": "locks"} if kind == "dynamodb" else {"url": "127.0.0.1"}

    with pytest.raises(LockError, match="did not answer"):
        start(kind, patience=0.2, **place, **({} if kind == "dynamodb" else {"port": port}))


def test_a_wrong_password_on_redis(redis_server):
    with pytest.raises(RasaException, match="Redis"):
        start("redis", url="127.0.0.1", port=redis_server, password="wrong", patience=0.2)


def test_a_database_that_does_not_exist_on_postgresql(lock_database):
    with pytest.raises(RasaException, match='database "nowhere" does not exist'):
        start("postgres", url=lock_database["host"], port=lock_database["port"], username="postgres", db="nowhere")


def test_a_table_that_is_something_else_on_postgresql(lock_database):
    with pytest.raises(RasaException, match="table 'pg_class' cannot be used"):
        start(
            "postgres",
            url=lock_database["host"],
            port=lock_database["port"],
            username="postgres",
            db=lock_database["dbname"],
            table="pg_class",
        )


def test_rasa_loads_the_store_from_its_endpoints_file(lock_table, tmp_path):
    file = tmp_path / "endpoints.yml"
    file.write_text(
        f"lock_store:\n  type: {KINDS['dynamodb']}\n  table: {lock_table}\n  lease: 20\n  key_prefix: 'a#'\n"
    )

    store = LockStore.create(AvailableEndpoints.read_endpoints(str(file)).lock_store)

    assert type(store).__name__ == "DynamoLockStore"
    assert store.issue_ticket("me") > 0
    assert store._service.look("a#me").tickets


@pytest.mark.parametrize("option", Options._fields)
def test_each_option_is_documented(option):
    with open(os.path.join(ROOT, "docs", "lock-store.md")) as page:
        assert f"| `{option}` |" in page.read()
