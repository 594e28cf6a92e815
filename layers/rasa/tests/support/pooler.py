"""What a pooler does to a connection's beginning: PgBouncer and RDS Proxy refuse one that comes with options."""

import contextlib
import socket
import struct
import threading

SSL_WANTED = 80877103
REFUSAL = b"SFATAL\0C08P01\0Munsupported startup parameter: options\0\0"


class Pooler:
    """A door on loopback to the PostgreSQL at a port."""

    def __init__(self, behind):
        self._behind = behind
        self._door = socket.create_server(("127.0.0.1", 0))
        self.port = self._door.getsockname()[1]
        threading.Thread(target=self._serve, daemon=True).start()

    def close(self):
        self._door.close()

    def _serve(self):
        with contextlib.suppress(OSError):
            while True:
                caller, _ = self._door.accept()
                threading.Thread(target=self._admit, args=[caller], daemon=True).start()

    def _admit(self, caller):
        with contextlib.suppress(OSError, struct.error), caller:
            packet = _startup(caller)
            if b"\0options\0" in packet:
                caller.sendall(b"E" + struct.pack("!i", len(REFUSAL) + 4) + REFUSAL)
                return
            with socket.create_connection(("127.0.0.1", self._behind)) as server:
                server.sendall(packet)
                threading.Thread(target=_pass_on, args=[server, caller], daemon=True).start()
                _pass_on(caller, server)


def _startup(caller):
    """Return the first packet that is no question for encryption, which is answered with no."""
    while True:
        head = caller.recv(8, socket.MSG_WAITALL)
        length, code = struct.unpack("!ii", head)
        if code != SSL_WANTED:
            return head + caller.recv(length - 8, socket.MSG_WAITALL)
        caller.sendall(b"N")


def _pass_on(source, target):
    with contextlib.suppress(OSError):
        for block in iter(lambda: source.recv(65536), b""):
            target.sendall(block)
    with contextlib.suppress(OSError):
        target.shutdown(socket.SHUT_WR)
