"""A topic in memory that fails as a test tells it, and what stands around it."""

import threading

from botocore.exceptions import EndpointConnectionError

from parlance_rasa.topic import Message

AWAY = EndpointConnectionError(endpoint_url="nowhere")


class Topic:
    """Takes messages; away, refusing or sulking over single ones when a test says so."""

    def __init__(self):
        self.taken, self.batches, self.away = [], [], False
        self.refused, self.sulking = set(), set()
        self.open = threading.Event()
        self.open.set()

    def packed(self, message):
        return message.body

    def publish(self, entries):
        self.open.wait()
        if self.away:
            raise AWAY
        self.batches.append(len(entries))
        again = [message for message, _ in entries if message.body in self.sulking]
        refused = [message for message, _ in entries if message.body in self.refused]
        self.taken += [message.body for message, _ in entries if message not in again + refused]
        self.sulking.clear()
        return again, refused


class Outbox:
    def __init__(self):
        self.forgotten = []

    def forget(self, ids):
        self.forgotten += ids


def single(body):
    return Message(body, "event", {})
