"""The canary: a share of production's new conversations is answered by a second Rasa, and stays with it.

Production's Rasa decides and passes messages on, because it alone sees every channel's conversation ids: a load
balancer or CloudFront would have to read bodies. Both servers share the tracker store and the locks, so a conversation
is whole whoever answers, and production answers itself when the canary cannot be reached.
"""

import hashlib
import json
import logging
import time
from collections import OrderedDict
from typing import Any, Dict, List, NamedTuple, Optional, Tuple

import aiohttp
from rasa.core.channels.channel import CollectingOutputChannel, UserMessage

from parlance_rasa.tracker_store import TurnTrackerStore

logger = logging.getLogger(__name__)
REMEMBERED = 10_000
OK, AWAY = 200, (404, 429, 502, 503, 504)
LIMITS = aiohttp.ClientTimeout(total=None, sock_connect=2.0)


class CanaryFailedError(Exception):
    """The canary took a message and did not answer it; nobody knows how far it came, so nobody else may take it."""


class Plan(NamedTuple):
    """Where the canary is, and since when (unix milliseconds) it takes how many percent; the oldest step first."""

    url: str
    steps: Tuple[Tuple[int, int], ...]

    def takes(self, sender_id: str, began_ms: float) -> bool:
        """Whether a conversation belongs to the canary: by its name and by the share when it began, so for ever."""
        shares = [percent for since, percent in self.steps if since <= began_ms]
        return bool(shares) and bucket(sender_id) < shares[-1]


def bucket(sender_id: str) -> int:
    """Return a number from 0 to 99 that is always the same for a conversation and evenly spread over all."""
    return int.from_bytes(hashlib.sha256(sender_id.encode("utf-8", "replace")).digest()[:8], "big") % 100


def read_plan(header: Optional[str]) -> Optional[Plan]:
    """Understand the model server's header `Parlance-Canary`; None without one, or for words of a later version."""
    try:
        said = json.loads(header) if header else None
        steps = tuple((int(since), int(percent)) for since, percent in said["steps"]) if said else ()
        return Plan(said["url"], steps) if said else None
    except (ValueError, TypeError, KeyError):
        logger.warning("The model server's words about a canary are not understood; production answers all.")
        return None


class Canary:
    """Stands between production's channels and its agent."""

    def __init__(self) -> None:
        self._plan: Optional[Plan] = None
        self._began: "OrderedDict[str, float]" = OrderedDict()
        self._session: Optional[aiohttp.ClientSession] = None

    def learn(self, header: Optional[str]) -> None:
        """Take the plan as the model server says it now."""
        self._plan = read_plan(header)

    def install(self) -> None:
        """Have every message that a channel gives to the agent come by here first."""
        from rasa.core.agent import Agent

        usual = Agent.handle_message

        async def handle(agent: Any, message: UserMessage) -> Optional[List[Dict[str, Any]]]:
            if await self._is_for_canary(agent, message):
                answers = await self._pass_on(message)
                if answers is not None:
                    return await _deliver(answers, message)
            return await usual(agent, message)

        Agent.handle_message = handle  # type: ignore[assignment]

    async def _is_for_canary(self, agent: Any, message: UserMessage) -> bool:
        plan = self._plan
        if plan is None or message.text is None or message.parse_data:
            return False
        try:
            return plan.takes(message.sender_id, await self._began_at(agent, message.sender_id))
        except Exception:  # whatever keeps us from deciding: production's own turn is judged by itself
            logger.exception("Whether a conversation is the canary's cannot be told; production answers.")
            return False

    async def _began_at(self, agent: Any, sender_id: str) -> float:
        """Return when a conversation began, in unix milliseconds; one that nobody knows begins now."""
        if sender_id not in self._began:
            store = getattr(agent.tracker_store, "_tracker_store", agent.tracker_store)
            began = await store.began(sender_id) if isinstance(store, TurnTrackerStore) else 0.0
            self._began[sender_id] = (time.time() if began is None else began) * 1000
            if len(self._began) > REMEMBERED:
                self._began.popitem(last=False)
        return self._began[sender_id]

    async def _pass_on(self, message: UserMessage) -> Optional[List[Dict[str, Any]]]:
        """Return the canary's answers; None when it did not take the message, and production must answer."""
        session = self._session = self._session or aiohttp.ClientSession(timeout=LIMITS)
        body = {"sender": message.sender_id, "message": message.text, "metadata": message.metadata}
        body["input_channel"] = message.input_channel
        url = self._plan.url + "/webhooks/rest/webhook" if self._plan else ""
        try:
            async with session.post(url, json=body) as reply:
                if reply.status == OK:
                    return list(await reply.json())
                if reply.status in AWAY:
                    logger.warning("The canary does not take messages (%d); production answers.", reply.status)
                    return None
                raise CanaryFailedError("The canary answered %d." % reply.status)
        except aiohttp.ClientConnectorError:
            logger.warning("The canary is not there; production answers.")
            return None
        except (aiohttp.ClientError, OSError) as error:
            raise CanaryFailedError("The canary broke off: %s" % type(error).__name__) from error


async def _deliver(answers: List[Dict[str, Any]], message: UserMessage) -> Optional[List[Dict[str, Any]]]:
    """Send the canary's answers through the channel that the message came by."""
    channel = message.output_channel
    for answer in answers:
        await channel.send_response(message.sender_id, {k: v for k, v in answer.items() if k != "recipient_id"})
    return channel.messages if isinstance(channel, CollectingOutputChannel) else None
