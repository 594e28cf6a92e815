"""What goes over the wire to DynamoDB: signatures as AWS's own SDK makes them, and answers read with care."""

import socket
import threading
import time

import pytest
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from support.emulator import wait_until

from parlance_rasa.locks import sigv4
from parlance_rasa.locks.calls import has_ended, wait
from parlance_rasa.locks.connection import Connection

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"


@pytest.mark.parametrize("token", [None, "session/token+=="])
def test_a_signature_is_the_one_that_botocore_makes(monkeypatch, token):
    host, target, body = "dynamodb.eu-west-1.amazonaws.com", "DynamoDB_20120810.UpdateItem", b'{"TableName":"locks"}'
    headers = {"content-type": "application/x-amz-json-1.0", "host": host, "x-amz-target": target}
    request = AWSRequest("POST", f"https://{host}/", headers=headers, data=body)
    SigV4Auth(Credentials("AKID", "secret", token), "dynamodb", "eu-west-1").add_auth(request)
    then = time.strptime(request.headers["X-Amz-Date"], "%Y%m%dT%H%M%SZ")
    monkeypatch.setattr(sigv4.time, "gmtime", lambda: then)

    ours = sigv4.Signer(host, "eu-west-1", "dynamodb").headers(target, body, Credentials("AKID", "secret", token))

    assert ours["x-amz-date"] == request.headers["X-Amz-Date"]
    assert ours["authorization"] == request.headers["Authorization"]


@pytest.fixture
def answering():
    """Start a server that sends these pieces to each request of its one connection, then hangs up."""
    listeners = []

    def start(*answers):
        listener = socket.create_server(("127.0.0.1", 0))
        listeners.append(listener)

        def serve():
            connection, _ = listener.accept()
            for pieces in answers:
                connection.recv(65536)
                for piece in pieces:
                    connection.sendall(piece)
                    time.sleep(0.02)
            connection.close()

        threading.Thread(target=serve, daemon=True).start()
        return Connection(listener.getsockname(), 60.0, None)

    yield start
    for listener in listeners:
        listener.close()


def post(connection):
    connection.send((b"{}", {}))
    wait(connection, 60.0)
    return connection.answer()


def test_a_connection_is_used_again_until_the_other_side_hangs_up(answering):
    connection = answering([OK], [OK])

    assert post(connection) == (200, b"{}")
    assert not has_ended(connection)
    assert post(connection) == (200, b"{}")
    wait_until(lambda: has_ended(connection))


def test_an_answer_may_come_in_pieces(answering):
    connection = answering([b"HTTP/1.1 400 Bad Re", b"quest\r\ncontent-length: 5\r\n", b"\r\nab", b"cde"])

    assert post(connection) == (400, b"abcde")


def test_an_answer_that_closes_is_the_last_one(answering):
    connection = answering([b"HTTP/1.1 200 OK\r\nConnection: close\r\ncontent-length: 0\r\n\r\n"])

    assert post(connection) == (200, b"")
    assert connection.last


@pytest.mark.parametrize(
    "answer",
    [b"", b"HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\n{}", b"HTTP/1.1 200 OK\r\n\r\n{}", b"nonsense\r\n\r\n"],
    ids=["nothing", "half", "no length", "no HTTP"],
)
def test_an_answer_that_is_not_whole_is_an_error(answering, answer):
    connection = answering([answer])

    with pytest.raises((OSError, ValueError)):
        post(connection)
