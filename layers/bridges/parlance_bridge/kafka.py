"""From Kafka, as Rasa's own `kafka` broker fills it, into SQS: `python -m parlance_bridge.kafka`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from confluent_kafka import Consumer, KafkaError, KafkaException

from parlance_bridge.queue import Message, Queue
from parlance_bridge.task import BATCH, IDLE, log, required, run

if TYPE_CHECKING:
    import threading
    from collections.abc import Mapping

PASSING = frozenset({KafkaError._PARTITION_EOF, KafkaError.UNKNOWN_TOPIC_OR_PART})  # noqa: SLF001 - the library's own name
"""Nothing to read now: the end was reached, or Rasa has not published yet."""
OPTIONS = {
    "KAFKA_SECURITY_PROTOCOL": "security.protocol",
    "KAFKA_SSL_CA_FILE": "ssl.ca.location",
    "KAFKA_SSL_CERTIFICATE": "ssl.certificate.location",
    "KAFKA_SSL_KEY": "ssl.key.location",
    "KAFKA_SASL_USERNAME": "sasl.username",
    "KAFKA_SASL_PASSWORD": "sasl.password",
    "KAFKA_SASL_MECHANISM": "sasl.mechanism",
}


def bridge(env: Mapping[str, str], queue: Queue, stop: threading.Event) -> int:
    """Deliver until `stop`; returns how many messages SQS took. Raises when Kafka or SQS is away for long."""
    required(env, "KAFKA_URL")
    delivered = 0
    consumer = Consumer(configuration(env))
    topic = env.get("KAFKA_TOPIC", "rasa_core_events")
    try:
        consumer.subscribe([topic])
        log("ready", source=topic)
        while not stop.is_set():
            delivered += forward(consumer, queue)
    finally:
        consumer.close()
    return delivered


def forward(consumer: Consumer, queue: Queue) -> int:
    """Deliver what is there; the group's offset moves only after SQS has it."""
    arrived = [checked(message) for message in consumer.consume(BATCH, timeout=IDLE)]
    messages = [Message(message.value() or b"", environment(message)) for message in arrived if message is not None]
    if messages:
        queue.deliver(messages)
        consumer.commit(asynchronous=False)
    return len(messages)


def checked(message: Any) -> Any:
    """Return a message, None for a passing state, and raise what is an error."""
    error = message.error()
    if error is None:
        return message
    if error.code() in PASSING:
        return None
    raise KafkaException(error)


def environment(message: Any) -> str | None:
    """Return where the event comes from, as Rasa says it in a header."""
    found = dict(message.headers() or []).get("RASA_ENVIRONMENT")
    return found.decode(errors="replace") if found else None


def configuration(env: Mapping[str, str]) -> dict[str, Any]:
    """Return the consumer's settings; a new group starts at the oldest message, not at the newest."""
    fixed = {
        "bootstrap.servers": env["KAFKA_URL"],
        "group.id": env.get("KAFKA_GROUP", "parlance"),
        "auto.offset.reset": "earliest",
        "enable.auto.commit": False,
        "allow.auto.create.topics": False,
    }
    return {**fixed, **{option: env[name] for name, option in OPTIONS.items() if name in env}}


if __name__ == "__main__":
    run(bridge)
