"""The way to a server, which a test closes and opens: closed, it refuses connections as a server does that is away."""

import contextlib
import socket
import threading

from support.postgres import free_port


class Gate:
    """When `close` returns nobody is inside, and nobody comes in before `open`."""

    def __init__(self, target):
        self.port = free_port()
        self._target = target
        self._lock = threading.Lock()
        self._door = None
        self._inside = []

    def open(self):
        with self._lock:
            self._door = socket.create_server(("127.0.0.1", self.port))
            threading.Thread(target=self._admit, args=(self._door,), daemon=True).start()

    def close(self):
        with self._lock:
            leaving = [self._door, *self._inside]
            self._door, self._inside = None, []
            for connection in filter(None, leaving):
                _end(connection)

    def _admit(self, door):
        with contextlib.suppress(OSError):
            while True:
                self._let_in(door, door.accept()[0])

    def _let_in(self, door, client):
        """Lead a client to the server, unless the door was closed while it stood there."""
        with self._lock:
            if self._door is not door:
                return _end(client)
            server = socket.create_connection(("127.0.0.1", self._target))
            self._inside += [client, server]
        for source, sink in ((client, server), (server, client)):
            threading.Thread(target=_pass_on, args=(source, sink), daemon=True).start()
        return None


def _end(connection):
    with contextlib.suppress(OSError):
        connection.shutdown(socket.SHUT_RDWR)
    connection.close()


def _pass_on(source, sink):
    with contextlib.suppress(OSError):
        for data in iter(lambda: source.recv(65536), b""):
            sink.sendall(data)
        sink.shutdown(socket.SHUT_WR)
