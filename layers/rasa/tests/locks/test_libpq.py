import socket
import time

import pytest

from parlance_rasa.locks.libpq import Connection


def test_a_server_that_says_nothing_is_given_up_after_the_timeout():
    with socket.create_server(("127.0.0.1", 0)) as silent:
        place = {"host": "127.0.0.1", "port": silent.getsockname()[1], "user": "u", "dbname": "d"}
        start = time.monotonic()
        with pytest.raises(TimeoutError, match=r"no answer within 0\.2 s"):
            Connection(place, 0.2)

    assert time.monotonic() - start < 30
