"""Publishes events through a stock Rasa's own broker, as an `endpoints.yml` names it.

Run by Rasa's environment, `python stock_broker.py endpoints.yml`. Events come on stdin, one JSON a line.
"""

import asyncio
import json
import sys


async def main() -> None:
    """Publish what comes, then close as Rasa does."""
    import rasa.shared.core.events  # noqa: F401 - the brokers use it and do not import it
    from rasa.core.brokers.broker import EventBroker
    from rasa.utils.endpoints import read_endpoint_config

    broker = await EventBroker.create(read_endpoint_config(sys.argv[1], "event_broker"), asyncio.get_running_loop())
    for line in sys.stdin:
        broker.publish(json.loads(line))
        await asyncio.sleep(0)
    await asyncio.gather(*getattr(broker, "_background_tasks", ()))  # pika's, which `close` would cut off
    await broker.close()


asyncio.run(main())
