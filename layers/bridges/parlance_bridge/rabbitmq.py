"""From RabbitMQ, as Rasa's own `pika` broker fills it, into SQS: `python -m parlance_bridge.rabbitmq`."""

from __future__ import annotations

import ssl
from typing import TYPE_CHECKING, Any

import pika

from parlance_bridge.queue import Message, Queue
from parlance_bridge.task import BATCH, IDLE, log, required, run

if TYPE_CHECKING:
    import threading
    from collections.abc import Iterator, Mapping


def bridge(env: Mapping[str, str], queue: Queue, stop: threading.Event) -> int:
    """Deliver until `stop`; returns how many messages SQS took. Raises when RabbitMQ or SQS is away for long."""
    required(env, "RABBITMQ_HOST", "RABBITMQ_USERNAME", "RABBITMQ_PASSWORD")
    delivered = 0
    with pika.BlockingConnection(parameters(env)) as connection:
        channel = connection.channel()
        source = declare(channel, env)
        log("ready", source=source)
        for tags, messages in batches(channel, source, stop):
            queue.deliver(messages)
            channel.basic_ack(tags[-1], multiple=True)
            delivered += len(messages)
        channel.cancel()
    return delivered


def declare(channel: Any, env: Mapping[str, str]) -> str:
    """Make exchange, queue and binding as Rasa makes them, whoever comes first; returns the queue's name."""
    exchange = env.get("RABBITMQ_EXCHANGE", "rasa-exchange")
    name = env.get("RABBITMQ_QUEUE", "rasa_production_events")
    channel.exchange_declare(exchange, exchange_type="fanout")
    channel.queue_declare(name, durable=True)
    channel.queue_bind(name, exchange, routing_key="")
    channel.basic_qos(prefetch_count=BATCH)
    return name


def batches(channel: Any, source: str, stop: threading.Event) -> Iterator[tuple[list[int], list[Message]]]:
    """Yield what arrived: as much as is there, at most BATCH, with the tags that acknowledge it."""
    tags: list[int] = []
    messages: list[Message] = []
    for method, properties, body in channel.consume(source, inactivity_timeout=IDLE):
        if method is not None:
            tags.append(method.delivery_tag)
            messages.append(Message(body, properties.app_id))
        if messages and (method is None or len(messages) == BATCH):
            yield tags, messages
            tags, messages = [], []
        if stop.is_set() and not messages:
            return


def parameters(env: Mapping[str, str]) -> pika.ConnectionParameters:
    """Return where RabbitMQ is; a heartbeat longer than the patience with SQS, which blocks the connection."""
    return pika.ConnectionParameters(
        host=env["RABBITMQ_HOST"],
        port=int(env.get("RABBITMQ_PORT", "5672")),
        credentials=pika.PlainCredentials(env["RABBITMQ_USERNAME"], env["RABBITMQ_PASSWORD"]),
        ssl_options=tls(env),
        heartbeat=180,
        connection_attempts=5,
        retry_delay=2,
    )


def tls(env: Mapping[str, str]) -> pika.SSLOptions | None:
    """Return TLS by Rasa's own variables, or by RABBITMQ_TLS alone with the system's authorities; else plain."""
    authority, certificate = env.get("RABBITMQ_SSL_CA_FILE"), env.get("RABBITMQ_SSL_CLIENT_CERTIFICATE")
    if not authority and not certificate and not env.get("RABBITMQ_TLS"):
        return None
    context = ssl.create_default_context(cafile=authority)
    if certificate:
        context.load_cert_chain(certificate, env.get("RABBITMQ_SSL_CLIENT_KEY"))
    return pika.SSLOptions(context, env["RABBITMQ_HOST"])


if __name__ == "__main__":
    run(bridge)
