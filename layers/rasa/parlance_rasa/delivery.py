"""Messages to SNS and their outbox rows out of the database: one batch, what became of it, and the counts."""

import logging
from typing import Any, Dict, Iterator, List, Tuple

from botocore.exceptions import BotoCoreError, ClientError

from parlance_rasa.errors import reason
from parlance_rasa.topic import LARGEST_BATCH, Message, Topic

logger = logging.getLogger(__name__)

COUNTED = ("published", "batches", "failures", "spooled", "replayed", "refused", "left_in_outbox", "dropped")
Entries = List[Tuple[Message, str]]


class Delivery:
    """Brings batches to one topic and counts."""

    def __init__(self, topic: Topic) -> None:
        self._topic = topic
        self.counters: Dict[str, int] = dict.fromkeys(COUNTED, 0)

    def deliver(self, messages: List[Message]) -> List[Message]:
        """Publish; return what has to be tried again."""
        entries, unsent = self._packed(messages)
        for group in fitting(entries):
            unsent += self._publish(group)
        return unsent

    def _packed(self, messages: List[Message]) -> Tuple[Entries, List[Message]]:
        entries, unsent = [], []
        for message in messages:
            try:
                entries.append((message, self._topic.packed(message)))
            except (BotoCoreError, ClientError) as error:
                self._failed(error)
                unsent.append(message)
            except ValueError as error:
                self._refused([message], str(error))
            except Exception as error:  # noqa: BLE001 - whatever else the client raises, the message waits
                self._failed(error)
                unsent.append(message)
        return entries, unsent

    def _publish(self, group: Entries) -> List[Message]:
        try:
            again, refused = self._topic.publish(group)
        except Exception as error:  # noqa: BLE001 - whatever the client raises, the messages wait
            self._failed(error)
            return [message for message, _ in group]
        self._refused(refused, "SNS refuses it")
        missing = {id(message) for message in again + refused}
        self._sent([message for message, _ in group if id(message) not in missing])
        return again

    def _sent(self, messages: List[Message]) -> None:
        self.counters["published"] += len(messages)
        self.counters["batches"] += 1
        rows: Dict[Any, List[int]] = {}
        for message in messages:
            if message.outbox is not None:
                rows.setdefault(message.outbox, []).append(message.outbox_id or 0)
        for outbox, ids in rows.items():
            _forget(outbox, ids)

    def _failed(self, error: Exception) -> None:
        self.counters["failures"] += 1
        if self.counters["failures"] % 100 == 1:
            logger.warning("SNS or S3 does not take messages, they wait: %s", reason(error))

    def _refused(self, messages: List[Message], reason: str) -> None:
        self.counters["refused"] += len(messages)
        for _ in messages:
            logger.error("A message can never be published: %s", reason)


def fitting(entries: Entries) -> Iterator[Entries]:
    """Split a batch into groups that SNS's limit for one request allows."""
    group: Entries = []
    size = 0
    for entry in entries:
        if group and size + len(entry[1]) > LARGEST_BATCH:
            yield group
            group, size = [], 0
        group.append(entry)
        size += len(entry[1])
    if group:
        yield group


def _forget(outbox: Any, ids: List[int]) -> None:
    try:
        outbox.forget(ids)
    except Exception:  # noqa: BLE001 - the rows stay, the sweeper sends them again, and the consumer stores them once
        logger.warning("The outbox could not be emptied of %d sent turns", len(ids))
