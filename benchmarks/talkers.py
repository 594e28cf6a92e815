"""People who talk to a bot all the time, over its REST channel, and what they noticed."""

from __future__ import annotations

import json
import threading
import time
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, NamedTuple, Self
from uuid import uuid4

if TYPE_CHECKING:
    from collections.abc import Callable

TURNS_A_CONVERSATION = 10
LONGEST_TURN_S = 60.0


class Spoken(NamedTuple):
    """One turn: when it began, how many seconds it took, and whether the bot took it."""

    at: float
    seconds: float
    is_answered: bool


class Talkers:
    """`people` threads that talk until the block ends; every tenth turn begins a new conversation."""

    def __init__(self, url: str, texts: list[str], people: int) -> None:
        """Nobody speaks yet."""
        self.url, self.texts, self.people = url + "/webhooks/rest/webhook", texts, people
        self.turns: list[Spoken] = []
        self._over = threading.Event()
        self._pool = ThreadPoolExecutor(people)

    def __enter__(self) -> Self:
        """Begin to talk."""
        self._all = [self._pool.submit(self._talk) for _ in range(self.people)]
        return self

    def __exit__(self, *_: object) -> None:
        """Let everybody finish their sentence."""
        self._over.set()
        for one in self._all:
            one.result()
        self._pool.shutdown()

    def _talk(self) -> None:
        count = 0
        while not self._over.is_set():
            if count % TURNS_A_CONVERSATION == 0:
                sender = uuid4().hex
            self.turns.append(turn(self.url, sender, self.texts[count % len(self.texts)]))
            count += 1


def turn(url: str, sender: str, text: str) -> Spoken:
    """Say one thing and wait for the answer."""
    body = json.dumps({"sender": sender, "message": text}).encode()
    request = urllib.request.Request(url, body, {"Content-Type": "application/json"})
    began, is_answered = time.time(), False
    try:
        with urllib.request.urlopen(request, timeout=LONGEST_TURN_S) as reply:
            is_answered = isinstance(json.load(reply), list)
    except (OSError, ValueError):
        pass
    return Spoken(began, time.time() - began, is_answered)


def rate(talkers: Talkers, seconds: float, wait: Callable[[float], None] = time.sleep) -> float:
    """Return answered turns a second, measured for `seconds` after two of warming up."""
    with talkers:
        wait(2.0)
        begin = time.time()
        wait(seconds)
        end = time.time()
    done = [one for one in talkers.turns if one.is_answered and begin <= one.at + one.seconds < end]
    return len(done) / (end - begin)
