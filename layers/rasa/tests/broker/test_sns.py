"""What goes over the wire to SNS is what AWS's own SDK would send, and what comes back is read as it reads it."""

import socket
import threading
import time
from urllib.parse import parse_qsl, quote

import boto3
import pytest
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from support.emulator import TOPIC

from parlance_rasa import sns
from parlance_rasa.locks import sigv4
from parlance_rasa.sns import Entry, Refusal, Sns, SnsError, form, quoted

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

    ours = sigv4.Signer(host, "eu-west-1", "sns", sns.FORM).headers(
        None, body, access_key="AKID", secret_key="secret", token=token
    )

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
