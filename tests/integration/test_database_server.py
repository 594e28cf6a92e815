"""Database servers that are not on this machine: encryption, and a tracker database that nobody made yet."""

import datetime as dt
import socket
import ssl
import threading
from contextlib import closing, suppress

import pg8000.exceptions
import pg8000.native
import pytest

from parlance.adapters import aws, database, tracker_database
from parlance.settings import settings
from tests.support import postgres as servers


class TlsServer:
    """Answers like a PostgreSQL with TLS (the embedded one is built without), up to the start of the conversation."""

    def __init__(self, context):
        self.context, self.heard = context, b""
        self.listener = socket.create_server(("127.0.0.1", 0))
        threading.Thread(target=self.serve, daemon=True).start()

    def serve(self):
        connection, _address = self.listener.accept()
        connection.recv(8)
        connection.sendall(b"S")
        with suppress(OSError), self.context.wrap_socket(connection, server_side=True) as encrypted:
            self.heard = encrypted.recv(1024)

    def secret(self, **more):
        port = self.listener.getsockname()[1]
        return {"host": "127.0.0.1", "port": port, "username": "ada", "password": "p", "dbname": "d", **more}


@pytest.fixture
def tls_server(tmp_path):
    """Its certificate is one that nobody vouches for."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(self_signed(tmp_path / "server.pem"))
    server = TlsServer(context)
    yield server
    server.listener.close()


def self_signed(path):
    """Write a key and its certificate to one file."""
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    key, name = ec.generate_private_key(ec.SECP256R1()), x509.Name([])
    now = dt.datetime.now(dt.UTC)
    built = x509.CertificateBuilder(name, name, key.public_key(), 1, now, now + dt.timedelta(days=1))
    certificate = built.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)
    kind, plain = serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    path.write_bytes(key.private_bytes(serialization.Encoding.PEM, kind, plain) + certificate)
    return path


def connect(secret):
    pg8000.native.Connection(**database.connection_arguments(secret)).close()


def test_a_server_on_this_machine_is_spoken_to_plainly():
    assert database.encryption({"host": "127.0.0.1"}) is False


def test_a_server_elsewhere_is_spoken_to_encrypted_unless_its_secret_says_otherwise():
    assert isinstance(database.encryption({"host": "database.example"}), ssl.SSLContext)
    assert database.encryption({"host": "database.example", "sslmode": "disable"}) is False


def test_login_data_travels_encrypted(tls_server):
    with pytest.raises(pg8000.exceptions.InterfaceError):  # the server ends the conversation here
        connect(tls_server.secret(sslmode="require"))

    assert b"user\x00ada" in tls_server.heard


def test_encryption_that_is_asked_for_is_not_done_without(postgres):
    with pytest.raises(pg8000.exceptions.InterfaceError, match="refuses SSL"):
        connect({**postgres.secret("postgres"), "sslmode": "require"})


def test_a_certificate_that_nobody_vouches_for_is_refused_when_asked(tls_server):
    with pytest.raises(ssl.SSLCertVerificationError):
        connect(tls_server.secret(sslmode="verify-full"))

    assert tls_server.heard == b""


@pytest.fixture
def tracker(postgres, monkeypatch):
    """Secrets of the workbench's database and of a tracker database that does not exist; gives the latter."""
    known = {"own": postgres.secret("postgres"), "tracker": postgres.secret("tracker-to-be")}
    for module in (database, tracker_database):
        monkeypatch.setattr(module, "secret_json", known.__getitem__)
    monkeypatch.setenv("DATABASE_SECRET", "own")
    monkeypatch.setenv("TRACKER_DATABASE_SECRET", "tracker")
    settings.cache_clear()
    yield known["tracker"]
    settings.cache_clear()
    with closing(pg8000.native.Connection(**database.connection_arguments(known["own"]))) as connection:
        connection.run('DROP DATABASE IF EXISTS "tracker-to-be"')


def test_a_missing_tracker_database_is_made_once(tracker):
    assert tracker_database.ensure_tracker_database() is True
    assert tracker_database.ensure_tracker_database() is False
    connect(tracker)


def test_a_tracker_server_that_does_not_let_us_in_is_left_alone(tracker):
    tracker["password"] = "wrong"
    assert tracker_database.ensure_tracker_database() is False
    tracker["port"] = servers.free_port()
    assert tracker_database.ensure_tracker_database() is False


def test_an_installation_without_a_tracker_database_is_left_alone(monkeypatch):
    monkeypatch.setenv("DATABASE_SECRET", "own")
    monkeypatch.delenv("TRACKER_DATABASE_SECRET", raising=False)
    monkeypatch.setattr(aws, "client", None)
    settings.cache_clear()
    assert tracker_database.ensure_tracker_database() is False
    settings.cache_clear()
