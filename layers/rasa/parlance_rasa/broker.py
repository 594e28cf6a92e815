"""Rasa's event broker on SNS: one message a turn from `TurnTrackerStore`, one an event from any other store."""

import asyncio
import atexit
import logging
import os
import tempfile
import time
from typing import Any, Dict, Optional

from rasa.core.brokers.broker import EventBroker

from parlance_rasa.conversation import conversation_key
from parlance_rasa.delivery import Delivery
from parlance_rasa.outbox import Outbox
from parlance_rasa.publisher import Publisher
from parlance_rasa.spool import Spool
from parlance_rasa.topic import Message, Topic
from parlance_rasa.wire import encode_event

logger = logging.getLogger(__name__)

SPOOL_LIMIT_MIB = 256
HEARD_LATELY_S = 5.0
CLOSE_WITHIN_S = 5.0


class TurnEventBroker(EventBroker):
    """Select it in endpoints.yml: `type: parlance_rasa.broker.TurnEventBroker`.

    Settings, each with its environment variable: `topic` (EVENTS_TOPIC, required), `bucket` (DATA_BUCKET),
    `environment` (RASA_ENVIRONMENT), `spool` (SPOOL_DIR), `spool_mib`. Publishing never raises and never waits for AWS.
    """

    def __init__(self, topic: Topic, spool: Spool, environment: str) -> None:
        self._topic = topic
        self._spool = spool
        self._attributes = {"app_id": environment}
        self._publisher = Publisher(Delivery(topic), spool)
        self._reached = False
        self._probed = float("-inf")

    @classmethod
    async def from_endpoint_config(
        cls,
        broker_config: Any,
        event_loop: Any = None,  # noqa: ARG003 - Rasa's signature
    ) -> Optional["TurnEventBroker"]:
        """Create the broker from endpoints.yml and environment; raises ValueError without a topic."""
        if broker_config is None:
            return None
        broker = cls(*_parts(dict(broker_config.kwargs)))
        await asyncio.get_running_loop().run_in_executor(None, broker.probe)
        broker._publisher.start()
        atexit.register(broker.flush)
        return broker

    def publish(self, event: Dict[str, Any], headers: Optional[Dict[str, str]] = None) -> None:
        """Publish one event as Rasa's stores and `rasa export` hand it over (with `sender_id`); headers go along."""
        event = dict(event, sender_id=conversation_key(str(event.get("sender_id"))))
        self._publisher.put(Message(encode_event(event), "event", dict(self._attributes, **headers or {})))

    def publish_turn(self, body: str, outbox: Outbox, outbox_id: int) -> None:
        """Publish a committed turn; its outbox row is deleted when SNS has it."""
        self._publisher.put(Message(body, "turn", self._attributes, outbox, outbox_id))

    def is_ready(self) -> bool:
        """Tell whether messages may be published: the last attempt went well, and SNS was heard lately or answers now.

        Asking takes as long as AWS does (seconds while it is away), and happens every five seconds at most.
        """
        if self._publisher.away:
            return False
        now = time.monotonic()
        if now - self._publisher.heard < HEARD_LATELY_S:
            return True
        return self._reached if now - self._probed < HEARD_LATELY_S else self.probe()

    def counters(self) -> Dict[str, int]:
        """Return what was published, retried, spooled, replayed, refused and dropped since the start.

        And how many files wait in the spool now.
        """
        return dict(self._publisher.counters, files_waiting=self._spool.waiting())

    async def close(self) -> None:
        """Send what waits, within five seconds; the rest is on disk or in the outbox when this returns."""
        await asyncio.get_running_loop().run_in_executor(None, self.flush)

    def probe(self) -> bool:
        """Ask SNS for the topic, once, and remember the answer for `is_ready`."""
        self._reached = self._topic.reachable()
        self._probed = time.monotonic()
        return self._reached

    def flush(self) -> None:
        """Do what `close` does, for a process that ends without it."""
        atexit.unregister(self.flush)
        self._publisher.close(CLOSE_WITHIN_S)
        logger.info("The event broker is closed: %s", self.counters())


def _parts(settings: Dict[str, Any]) -> Any:
    topic = settings.get("topic") or os.environ.get("EVENTS_TOPIC")
    if not topic:
        raise ValueError("The event broker has no topic: set `topic` in endpoints.yml or EVENTS_TOPIC.")
    bucket = settings.get("bucket") or os.environ.get("DATA_BUCKET")
    folder = settings.get("spool") or os.environ.get("SPOOL_DIR") or _default_folder()
    environment = settings.get("environment") or os.environ.get("RASA_ENVIRONMENT") or "production"
    limit = int(settings.get("spool_mib", SPOOL_LIMIT_MIB)) * 1024 * 1024
    return Topic(topic, bucket, topic.split(":")[3]), Spool(folder, limit), environment


def _default_folder() -> str:
    return os.path.join(tempfile.gettempdir(), "parlance-spool-%d" % os.getuid())
