"""An HTTP connection that stays open: as much of HTTP/1.1 as DynamoDB and SNS need, a tenth of `http.client`'s cost."""

from __future__ import annotations

from typing import TYPE_CHECKING, Dict, Optional, Tuple

from parlance_rasa.locks.stream import Stream, connect

if TYPE_CHECKING:
    import ssl

LARGEST_HEAD = 65536


class Connection(Stream):
    """Requests are pairs of body and headers; answers are pairs of status and body."""

    def __init__(self, address: Tuple[str, int], timeout: float, tls: Optional[ssl.SSLContext]) -> None:
        """Connect; blocks."""
        plain = connect(address, timeout)
        super().__init__(tls.wrap_socket(plain, server_hostname=address[0]) if tls else plain)
        self._status, self._length, self._start = 0, 0, 0

    def send(self, request: Tuple[bytes, Dict[str, str]]) -> None:
        """See `calls.Channel`."""
        body, headers = request
        lines = [f"{name}: {value}" for name, value in headers.items()]
        head = "\r\n".join(["POST / HTTP/1.1", *lines, f"content-length: {len(body)}", "", ""])
        self._start = 0
        self.start(head.encode("latin-1") + body)

    def whole(self) -> bool:
        """See `Stream`."""
        if not self._start:
            self._read_head()
        return bool(self._start) and len(self.received) >= self._start + self._length

    def answer(self) -> Tuple[int, bytes]:
        """See `calls.Channel`."""
        return self._status, self.received[self._start : self._start + self._length]

    def _read_head(self) -> None:
        head, end, _ = self.received.partition(b"\r\n\r\n")
        if not end:
            if len(head) > LARGEST_HEAD:
                raise ValueError("the answer's head does not end")
            return
        self._status, fields = _read(head)
        self._length = int(fields[b"content-length"])
        self.last = fields.get(b"connection", b"").lower() == b"close"
        self._start = len(head) + len(end)


def _read(head: bytes) -> Tuple[int, Dict[bytes, bytes]]:
    first, *lines = head.split(b"\r\n")
    fields = {name.strip().lower(): value.strip() for name, _, value in (line.partition(b":") for line in lines)}
    if b"content-length" not in fields:
        raise ValueError("the answer does not tell its length")
    return int(first[9:12]), fields
