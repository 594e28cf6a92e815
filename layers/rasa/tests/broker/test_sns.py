"""What goes over the wire to SNS is what AWS's own SDK would send, and what comes back is read as it reads it."""

import socket
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl, quote

import boto3
import pytest
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from support.emulator import TOPIC

from parlance_rasa import sns
from parlance_rasa.locks import sigv4
from parlance_rasa.locks.endpoint import find_endpoint
from parlance_rasa.sns import Entry, Refusal, Sns, SnsError, form, quoted
from parlance_rasa.topic import Message, Topic

TEXTS = ['{"a": [1, "b\\n", null]}', "plain-text_1.2~", "".join(map(chr, range(32, 127))), "ж\x00\n😀", "100 %25 + &=;"]
ANSWER = b"""<PublishBatchResponse xmlns="http://sns.amazonaws.com/doc/2010-03-31/"><PublishBatchResult>%s<Successful>
<member><Id>9</Id></member></Successful></PublishBatchResult></PublishBatchResponse>"""


@pytest.fixture
def aws(emulator, monkeypatch):
    monkeypatch.setenv("AWS_ENDPOINT_URL", emulator.url)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")
    return emulator


@pytest.mark.parametrize("text", TEXTS)
def test_a_text_is_quoted_as_aws_asks_for(text):
    assert quoted(text) == quote(text, safe="")


def test_the_form_is_what_boto3_sends(monkeypatch, aws):
    client, sent = boto3.client("sns", region_name="us-east-1"), []
    client.meta.events.register("before-send.sns", lambda request, **_: sent.append(request.body))
    entries = [Entry(text, {"app_id": "a b", "kind": "ж"}) for text in TEXTS if text.isprintable()]

    client.publish_batch(
        TopicArn=TOPIC,
        PublishBatchRequestEntries=[
            {
                "Id": str(place),
                "Message": entry.body,
                "MessageAttributes": {
                    name: {"DataType": "String", "StringValue": value} for name, value in entry.attributes.items()
                },
            }
            for place, entry in enumerate(entries)
        ],
    )

    body = sent[0].decode() if isinstance(sent[0], bytes) else sent[0]
    assert sorted(parse_qsl(form(TOPIC, entries))) == sorted(parse_qsl(body))


@pytest.mark.parametrize("token", [None, "session/token+=="])
def test_a_signature_is_the_one_that_botocore_makes(monkeypatch, token):
    host, body = "sns.eu-west-1.amazonaws.com", form(TOPIC, [Entry("{}", {})]).encode()
    request = AWSRequest("POST", f"https://{host}/", headers={"content-type": sns.FORM, "host": host}, data=body)
    SigV4Auth(Credentials("AKID", "secret", token), "sns", "eu-west-1").add_auth(request)
    then = time.strptime(request.headers["X-Amz-Date"], "%Y%m%dT%H%M%SZ")
    monkeypatch.setattr(sigv4.time, "gmtime", lambda: then)

    ours = sigv4.Signer(host, "eu-west-1", "sns", sns.FORM).headers(None, body, Credentials("AKID", "secret", token))

    assert ours["authorization"] == request.headers["Authorization"]


@pytest.fixture
def answers(monkeypatch):
    """Play SNS: a connection for each of these answers, hung up on after it."""
    listener = socket.create_server(("127.0.0.1", 0))
    for name, value in (("ENDPOINT_URL", "http://127.0.0.1:%d" % listener.getsockname()[1]), ("REGION", "us-east-1")):
        monkeypatch.setenv("AWS_" + name, value)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")

    def play(*given):
        def serve():
            for answer in given:
                connection, _ = listener.accept()
                connection.recv(65536)
                connection.sendall(answer)
                connection.close()

        threading.Thread(target=serve, daemon=True).start()
        return Sns("us-east-1")

    yield play
    listener.close()


def http(status, body):
    return b"HTTP/1.1 %d X\r\nContent-Length: %d\r\n\r\n%s" % (status, len(body), body)


def test_what_is_refused_is_told_by_its_place(answers):
    failed = b"".join(
        b"<member><Id>%d</Id><Code>x</Code><SenderFault>%s</SenderFault></member>" % one
        for one in ((1, b"false"), (2, b"true"))
    )
    client = answers(http(200, ANSWER % (b"<Failed>%s</Failed>" % failed)), http(200, ANSWER % b"<Failed/>"))

    entries = [Entry("{}", {})] * 3
    assert client.publish_batch(TOPIC, entries) == [Refusal(1, False), Refusal(2, True)]
    assert client.publish_batch(TOPIC, entries) == []


def test_a_connection_that_ends_is_made_anew_once(answers):
    client = answers(b"", http(200, ANSWER % b""), b"", b"")

    assert client.publish_batch(TOPIC, [Entry("{}", {})]) == []
    with pytest.raises(OSError, match=r"(?i)connection"):
        client.publish_batch(TOPIC, [Entry("{}", {})])


def test_a_connection_that_does_not_come_about_in_time_is_tried_once(monkeypatch, aws):
    tried = []

    def opened(_endpoint):
        tried.append(1)
        raise socket.timeout("timed out")

    monkeypatch.setattr(sns, "opened", opened)

    with pytest.raises(socket.timeout):
        Sns("us-east-1").publish_batch(TOPIC, [Entry("{}", {})])
    assert len(tried) == 1


@pytest.fixture
def proxy(monkeypatch):
    """A proxy that takes every batch but its second message; what it was asked."""
    asked = []
    failed = b"<Failed><member><Id>1</Id><Code>x</Code><SenderFault>true</SenderFault></member></Failed>"

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            asked.append(self.requestline)
            self.rfile.read(int(self.headers["Content-Length"]))
            self.wfile.write(http(200, ANSWER % failed))

        def log_message(self, *_):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    for name in ("NO_PROXY", "no_proxy"):
        monkeypatch.setenv(name, "")
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:%d" % server.server_port)
    yield asked
    server.shutdown()
    server.server_close()


@pytest.mark.usefixtures("aws")
def test_where_a_proxy_is_on_the_way_it_is_used(monkeypatch, proxy):
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://sns.example.invalid")
    first, second = (Message('{"a": 1}', "turn", {"app_id": "production"}) for _ in range(2))

    assert Topic(TOPIC, None, "us-east-1").publish([(first, first.body), (second, second.body)]) == ([], [second])
    assert proxy == ["POST http://sns.example.invalid/ HTTP/1.1"]


@pytest.mark.usefixtures("aws")
def test_where_no_proxy_is_meant_for_it_none_is_used(monkeypatch, proxy, emulator):
    monkeypatch.setenv("no_proxy", "127.0.0.1,localhost")
    message = Message('{"a": 1}', "turn", {"app_id": "production"})

    assert Topic(TOPIC, None, "us-east-1").publish([(message, message.body)]) == ([], [])
    assert [body for body, _ in emulator.messages(1)] == [{"a": 1}]
    assert proxy == []


@pytest.mark.usefixtures("aws")
def test_certificates_are_those_that_awss_files_name(monkeypatch, tmp_path):
    (tmp_path / "config").write_text("[default]\nca_bundle = /our/own.pem\n")
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "config"))
    for name in ("AWS_CA_BUNDLE", "REQUESTS_CA_BUNDLE"):
        monkeypatch.delenv(name, raising=False)

    assert find_endpoint("sns", 1.0, "us-east-1").ca_bundle == "/our/own.pem"


@pytest.mark.parametrize(
    ("status", "body", "words"),
    [
        (403, b"<ErrorResponse><Error><Code>AuthorizationError</Code></Error></ErrorResponse>", "AuthorizationError"),
        (500, b"<ErrorResponse/>", "500"),
    ],
)
def test_a_batch_that_is_not_taken_says_why(answers, status, body, words):
    with pytest.raises(SnsError, match=words):
        answers(http(status, body)).publish_batch(TOPIC, [Entry("{}", {})])
