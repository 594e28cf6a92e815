"""Bytes over a socket that never blocks, with TLS or without: a request out, an answer in."""

from __future__ import annotations

import socket
import ssl
from typing import Tuple

from parlance_rasa.locks.calls import DONE, READ, WRITE

PIECE = 65536


class Stream:
    """A channel but for what its bytes mean: `whole` tells when an answer is complete."""

    last = False

    def __init__(self, connected: socket.socket) -> None:
        self._socket = connected
        self._socket.setblocking(False)
        self._out = self.received = b""

    def fileno(self) -> int:
        """See `calls.Channel`."""
        return self._socket.fileno()

    def start(self, data: bytes) -> None:
        """Begin to send."""
        self._out, self.received = data, b""

    def step(self) -> int:
        """See `calls.Channel`; raises OSError when the connection ends, ValueError for what is no answer."""
        try:
            while self._out:
                self._out = self._out[self._socket.send(self._out) :]
            while not self.whole():
                self._receive()
        except ssl.SSLWantReadError:
            return READ
        except ssl.SSLWantWriteError:
            return WRITE
        except BlockingIOError:
            return WRITE if self._out else READ
        return DONE

    def whole(self) -> bool:
        """Return whether the answer is complete."""
        raise NotImplementedError

    def close(self) -> None:
        """See `calls.Channel`."""
        self._socket.close()

    def _receive(self) -> None:
        piece = self._socket.recv(PIECE)
        if not piece:
            raise ConnectionError("the connection ended within an answer")
        self.received += piece


def connect(address: Tuple[str, int], timeout: float) -> socket.socket:
    """Return a connected socket; blocks, and every later wait ends after `timeout` too."""
    connected = socket.create_connection(address, timeout)
    connected.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return connected
