"""Times a turn of real Rasa with two sets of endpoints in turn: run by Rasa's environment, `MODEL PLAIN OURS TURNS`."""

import asyncio
import json
import sys
import time

WARM_UP, PAUSE_S = 20, 0.03
"""A pause, so that what one agent does after its answer is not in the other one's time."""


async def main(model, plain, ours, turns):
    """Alternate between both agents, a new conversation every ten turns, and print the milliseconds of each turn."""
    from rasa.core.agent import load_agent
    from rasa.core.utils import AvailableEndpoints

    agents = [
        await load_agent(model_path=model, endpoints=AvailableEndpoints.read_endpoints(file)) for file in (plain, ours)
    ]
    took = [[], []]
    for number in range(WARM_UP + turns):
        for agent, times in zip(agents, took):  # noqa: B905 - Rasa's Python has no `strict`
            began = time.perf_counter()
            answers = await agent.handle_text("hello", sender_id=f"timed-{number // 10}")
            times.append((time.perf_counter() - began) * 1000)
            assert answers
            await asyncio.sleep(PAUSE_S)
    await agents[1].tracker_store.event_broker.close()
    print(json.dumps([times[WARM_UP:] for times in took]))


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:4], int(sys.argv[4])))
