"""A bot of real Rasa parts that talks without pause: run by Rasa's environment, `bot.py MODEL ENDPOINTS RATE FIRST`.

It prints a JSON line for every message: its text, when it was said, and whether it was answered. A line on stdin
ends it.
"""

import asyncio
import json
import sys
import time

CONVERSATIONS = 40


async def main(model, endpoints, rate, first):
    """Say RATE messages a second until told to end, then close as Rasa's server does."""
    from rasa.core.agent import load_agent
    from rasa.core.utils import AvailableEndpoints

    agent = await load_agent(model_path=model, endpoints=AvailableEndpoints.read_endpoints(endpoints))
    said, end = [], asyncio.get_running_loop().run_in_executor(None, sys.stdin.readline)
    print("ready", flush=True)
    while not end.done():
        said.append(asyncio.create_task(say(agent, first + len(said))))
        await asyncio.sleep(1 / rate)
    await asyncio.wait(said, timeout=180)
    await agent.tracker_store.event_broker.close()
    print("closed", flush=True)


async def say(agent, number):
    """Say one message, and tell what came of it."""
    text, at, answers, error = f"hello number {number}", time.time(), None, ""
    try:
        answers = await agent.handle_text(text, sender_id=f"talker-{number % CONVERSATIONS}")
    except BaseException as failure:  # noqa: BLE001 - whatever a channel would report; our TurnFailed is none of Exception
        error = type(failure).__name__
    told = {"text": text, "at": at, "took": time.time() - at, "answered": bool(answers), "error": error}
    print(json.dumps(told), flush=True)


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], sys.argv[2], float(sys.argv[3]), int(sys.argv[4])))
