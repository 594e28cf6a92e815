"""Publishes events through a stock Rasa's own broker: run by Rasa's environment, `python stock_broker.py TYPE OPTIONS`.

Events come on stdin, one JSON a line.
"""

import asyncio
import json
import sys


async def main() -> None:
    """Publish what comes, then close as Rasa does."""
    import rasa.shared.core.events  # noqa: F401 - the brokers use it and do not import it
    from rasa.core.brokers.broker import EventBroker
    from rasa.utils.endpoints import EndpointConfig

    options = json.loads(sys.argv[2])
    loop = asyncio.get_running_loop()
    broker = await EventBroker.create(EndpointConfig(type=sys.argv[1], **options), loop)
    for line in sys.stdin:
        broker.publish(json.loads(line))
        await asyncio.sleep(0)
    await asyncio.sleep(1)  # its own tasks are awaited by nobody
    await broker.close()


asyncio.run(main())
