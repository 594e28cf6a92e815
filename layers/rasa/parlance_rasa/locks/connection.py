"""An HTTP connection that stays open: as much of HTTP/1.1 as DynamoDB speaks, at a tenth of `http.client`'s cost."""

from __future__ import annotations

import select
import socket
from typing import TYPE_CHECKING, Dict, Optional, Tuple

if TYPE_CHECKING:
    import ssl

PIECE = 65536
LARGEST_HEAD = 65536


class Connection:
    """One request at a time. Any error (OSError, ValueError) leaves it unusable: close it."""

    def __init__(self, address: Tuple[str, int], timeout: float, tls: Optional[ssl.SSLContext]) -> None:
        """Connect; every later wait is limited by `timeout` too."""
        self._socket = socket.create_connection(address, timeout)
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if tls:
            self._socket = tls.wrap_socket(self._socket, server_hostname=address[0])
        self._open = True

    def post(self, body: bytes, headers: Dict[str, str]) -> Tuple[int, bytes]:
        """Send a request to `/` and return the answer's status and body."""
        lines = [f"{name}: {value}" for name, value in headers.items()]
        head = "\r\n".join(["POST / HTTP/1.1", *lines, f"content-length: {len(body)}", "", ""])
        self._socket.sendall(head.encode("latin-1") + body)
        return self._answer()

    def ended(self) -> bool:
        """Return whether the other side has hung up meanwhile: using it then would look like a lost reply."""
        poll = select.poll()
        poll.register(self._socket, select.POLLIN)
        return not self._open or bool(poll.poll(0))

    def close(self) -> None:
        """Hang up."""
        self._socket.close()

    def _answer(self) -> Tuple[int, bytes]:
        received = b""
        while b"\r\n\r\n" not in received:
            received += self._receive()
            if len(received) > LARGEST_HEAD:
                raise ValueError("the answer's head does not end")
        head, _, body = received.partition(b"\r\n\r\n")
        status, fields = _read(head)
        length = int(fields[b"content-length"])
        self._open = fields.get(b"connection", b"").lower() != b"close"
        while len(body) < length:
            body += self._receive()
        return status, body[:length]

    def _receive(self) -> bytes:
        piece = self._socket.recv(PIECE)
        if not piece:
            raise ConnectionError("the connection ended within an answer")
        return piece


def _read(head: bytes) -> Tuple[int, Dict[bytes, bytes]]:
    first, *lines = head.split(b"\r\n")
    fields = {name.strip().lower(): value.strip() for name, _, value in (line.partition(b":") for line in lines)}
    if b"content-length" not in fields:
        raise ValueError("the answer does not tell its length")
    return int(first[9:12]), fields
