"""The three services, real: PostgreSQL and Redis as servers, DynamoDB on the emulator of the main environment."""

import contextlib
import os
import shutil
import signal
import subprocess
import uuid

import boto3
import psycopg2
import pytest
import redis
from rasa.core.lock_store import LockStore
from rasa.utils.endpoints import EndpointConfig
from support.emulator import Emulator, wait_until
from support.postgres import free_port

from parlance_rasa.locks import dynamodb, postgres
from parlance_rasa.locks import redis as redis_locks
from parlance_rasa.locks.calls import Connections
from parlance_rasa.locks.libpq import Connection

KINDS = {
    "dynamodb": "parlance_rasa.locks.dynamodb.DynamoLockStore",
    "redis": "parlance_rasa.locks.redis.RedisTicketLockStore",
    "postgres": "parlance_rasa.locks.postgres.PostgresLockStore",
}
CREDENTIALS = {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test", "AWS_DEFAULT_REGION": "us-east-1"}


@pytest.fixture(scope="session")
def redis_server(tmp_path_factory):
    """A real Redis on loopback that keeps nothing on disk; its port."""
    if not shutil.which("redis-server"):
        pytest.skip("redis-server is not installed")
    port = free_port()
    command = ["redis-server", "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"]
    with running([*command, "--dir", str(tmp_path_factory.mktemp("redis"))]):
        wait_until(lambda: answers(port))
        yield port


@pytest.fixture(scope="session")
def lock_table():
    """A table as the template makes it, on an emulator of the locks' own; boto3 in this process speaks to it."""
    emulator = Emulator()
    emulator.start()
    with pytest.MonkeyPatch.context() as patch:
        for name, value in dict(CREDENTIALS, AWS_ENDPOINT_URL=emulator.url).items():
            patch.setenv(name, value)
        emulator.client("dynamodb").create_table(
            TableName="locks",
            KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}],
            AttributeDefinitions=[{"AttributeName": "pk", "AttributeType": "S"}],
            BillingMode="PAY_PER_REQUEST",
        )
        yield "locks"
    emulator.stop()


@pytest.fixture(scope="session")
def lock_database(postgres):
    """A database of the locks' own; libpq's arguments for it."""
    arguments = {"host": "127.0.0.1", "port": postgres.port, "user": "postgres"}
    with contextlib.closing(psycopg2.connect(dbname="postgres", **arguments)) as connection:
        connection.autocommit = True
        connection.cursor().execute("CREATE DATABASE locks")
    return dict(arguments, dbname="locks")


@contextlib.contextmanager
def running(command, **options):
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, start_new_session=True, **options)
    yield process
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def answers(port):
    with contextlib.suppress(redis.ConnectionError):
        return redis.Redis(port=port).ping()


@pytest.fixture(params=KINDS)
def kind(request):
    return request.param


@pytest.fixture
def options(kind, request):
    """What endpoints.yml would say for this kind of store."""
    if kind == "dynamodb":
        return {"table": request.getfixturevalue("lock_table")}
    if kind == "redis":
        return {"url": "127.0.0.1", "port": request.getfixturevalue("redis_server")}
    database = request.getfixturevalue("lock_database")
    return {"url": database["host"], "port": database["port"], "username": database["user"], "db": database["dbname"]}


@pytest.fixture
def open_store(kind, options):
    """Make stores as Rasa does; a second one is a second node."""
    opened = []

    def build(**more):
        wanted = dict(options, **dict({"lease": 6, "metrics": 0, "patience": 2}, **more))
        opened.append(LockStore.create(EndpointConfig(type=KINDS[kind], **wanted)))
        return opened[-1]

    yield build
    for store in opened:
        store.close()


@pytest.fixture
def store(open_store):
    return open_store()


@pytest.fixture
def service(kind, options):
    """The bare service, and how its item or row is removed by age."""
    return build_service(kind, options)


def build_service(kind, options):
    if kind == "dynamodb":
        table = boto3.resource("dynamodb").Table("locks")
        queues = dynamodb.queues(dynamodb.find_table({"table": "locks"}), 4).threads
        return queues, lambda key: table.delete_item(Key={"pk": key})
    if kind == "redis":
        client = redis_locks.client("127.0.0.1", {"port": options["port"]})
        return redis_locks.queues(client, 4).threads, lambda key: client.delete("tickets:" + key)
    arguments = {"host": options["url"], "port": options["port"], "user": options["username"], "dbname": options["db"]}
    connections = Connections(lambda: Connection(arguments, 2.0), 2.0, 4)
    postgres.prepare(connections, "conversation_locks")
    queues = postgres.queues(connections, "conversation_locks").threads
    connection = psycopg2.connect(**arguments)
    connection.autocommit = True
    remove = "DELETE FROM conversation_locks WHERE key = %s"
    return queues, lambda key: connection.cursor().execute(remove, [key])


@pytest.fixture
def sender():
    """A conversation that no other test uses."""
    return "user-" + uuid.uuid4().hex[:12]
