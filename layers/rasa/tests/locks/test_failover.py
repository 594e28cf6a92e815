"""Fail-overs: connections that lead nowhere, or to what is no longer the primary; roles that cannot be renewed."""

import datetime as dt
import socket
import threading

import pytest
from botocore.credentials import RefreshableCredentials
from botocore.exceptions import ClientError
from rasa.core.lock_store import LockError

from parlance_rasa.locks import redis
from parlance_rasa.locks.calls import Connections, InThread
from parlance_rasa.locks.endpoint import Endpoint
from parlance_rasa.locks.resp import Connection
from parlance_rasa.locks.service import Patience, finish, insist, insist_on_loop, two_sided
from parlance_rasa.locks.wire import Table, Wire

SILENT = b""


class FakeRedis:
    """Answers every script, until a fail-over: connections from before it get `answer_of_the_old` from then on.

    What is in `refusals` comes first, one for each script, whatever the connection.
    """

    def __init__(self):
        self.answer_of_the_old = None
        self.refusals = []
        self._ends = []
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self):
        while True:
            try:
                end, _ = self._listener.accept()
            except OSError:
                return
            self._ends.append(end)
            threading.Thread(target=self._serve, args=(end, self.answer_of_the_old is None), daemon=True).start()

    def _serve(self, end, is_old):
        while True:
            try:
                request = end.recv(65536)
            except OSError:
                return
            if not request:
                return
            if b"SELECT" in request:
                end.sendall(b"+OK\r\n")
            elif self.refusals:
                end.sendall(b"-" + self.refusals.pop() + b"\r\n")
            elif is_old and self.answer_of_the_old is not None:
                end.sendall(self.answer_of_the_old)
            else:
                end.sendall(b"$3\r\nt 1\r\n")

    def close(self):
        self._listener.close()
        for end in self._ends:
            end.close()


@pytest.fixture
def fake():
    server = FakeRedis()
    yield server
    server.close()


@pytest.mark.parametrize(
    "answer",
    [
        SILENT,
        b"-READONLY You can't write against a read only replica.\r\n",
        b"-ERR Error running script (call to f_0a): @user_script:8: @user_script: 8: -READONLY You can't write.\r\n",
    ],
    ids=["no answer", "a replica", "a replica of Redis 6"],
)
def test_one_call_finds_out_that_all_idle_connections_are_old(fake, run, answer):
    pool = redis.client("127.0.0.1", {"port": fake.port}).connection_pool
    connections = Connections(lambda: Connection(pool.make_connection()), 0.5, 16)
    service = two_sided(redis.RedisQueues, connections)

    async def talk():
        channels = [connections.open() for _ in range(5)]
        for channel in channels:
            with connections.calling(channel):
                pass
        fake.answer_of_the_old = answer
        return await insist_on_loop(lambda: service.loop.look("me"), Patience(total=20), lambda _: None)

    _, tries = run(talk())
    service.close()

    assert tries < 5


def refused():
    raise ClientError({"Error": {"Code": "Throttling", "Message": "Rate exceeded"}}, "AssumeRole")


def expired():
    return {"access_key": "a", "secret_key": "b", "token": "t", "expiry_time": "2020-01-01T00:00:00Z"}


@pytest.mark.parametrize("renew", [refused, expired])
def test_a_role_that_cannot_be_renewed_is_tried_again_and_then_a_lock_error(renew):
    past = dt.datetime(2020, 1, 1, tzinfo=dt.timezone.utc)
    credentials = RefreshableCredentials("a", "b", "t", past, renew, "assume-role")
    endpoint = Endpoint("http://127.0.0.1:1", "us-east-1", credentials, 1.0, "")
    wire = Wire(Table("locks", endpoint), InThread(None))
    failed = []

    with pytest.raises(LockError, match="AWS credentials: "):
        insist(lambda: finish(wire.call("GetItem", {})), Patience(total=0.1), failed.append)

    assert failed


@pytest.mark.parametrize(
    "said",
    [
        "NOREPLICAS Not enough good replicas to write.",
        "MISCONF Redis is configured to save RDB snapshots, but it's currently unable to persist to disk.",
        "READONLY You can't write against a read only replica. script: 0a, on @user_script:6.",
        "LOADING Redis is loading the dataset in memory",
        "ERR Error running script (call to f_0a): @user_script:8: @user_script: 8: -MISCONF Redis is configured to",
    ],
)
def test_what_an_operator_or_time_puts_right_is_tried_again_until_patience_ends(fake, run, said):
    fake.refusals = [said.encode()] * 2
    pool = redis.client("127.0.0.1", {"port": fake.port}).connection_pool
    service = two_sided(redis.RedisQueues, Connections(lambda: Connection(pool.make_connection()), 0.5, 16))
    refused = []

    async def talk():
        return await insist_on_loop(lambda: service.loop.look("me"), Patience(total=20), refused.append)

    run(talk())
    service.close()

    assert len(refused) == 2
    assert all(said in str(error) for error in refused)
