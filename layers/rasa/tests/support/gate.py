"""The way to a server, which a test closes and opens: closed, it refuses connections as a server does that is away."""

import contextlib
import socket
import threading

from support.postgres import free_port


class Gate:
    def __init__(self, target):
        self.port = free_port()
        self._target = target
        self._door = None
        self._inside = []

    def open(self):
        self._door = socket.create_server(("127.0.0.1", self.port))
        threading.Thread(target=self._admit, args=(self._door,), daemon=True).start()

    def close(self):
        for connection in [self._door, *self._inside]:
            if connection:
                with contextlib.suppress(OSError):
                    connection.shutdown(socket.SHUT_RDWR)
                connection.close()

    def _admit(self, door):
        with contextlib.suppress(OSError):
            while True:
                client = door.accept()[0]
                server = socket.create_connection(("127.0.0.1", self._target))
                self._inside += [client, server]
                for source, sink in ((client, server), (server, client)):
                    threading.Thread(target=_pass_on, args=(source, sink), daemon=True).start()


def _pass_on(source, sink):
    with contextlib.suppress(OSError):
        for data in iter(lambda: source.recv(65536), b""):
            sink.sendall(data)
        sink.shutdown(socket.SHUT_WR)
