"""Takes up new models while Rasa serves: no turn waits for one, none fails for one, and a bad one changes nothing.

Stock Rasa loads a model on its event loop, where every turn waits for it, and tries a model that cannot be loaded
again at each pull. `install` puts this in place of that one function of Rasa's; the pulling itself stays Rasa's.
"""

import asyncio
import logging
import time
from concurrent.futures import ThreadPoolExecutor
from tempfile import TemporaryDirectory
from typing import Any, Callable, Dict, List, Optional

from parlance_rasa.rollout.beside import load_beside, swap
from parlance_rasa.rollout.keep import Keep
from parlance_rasa.rollout.server import UNREACHABLE, Answer, ModelServer

logger = logging.getLogger(__name__)
LONGEST_REASON = 2000


def install(rollout: "RollOut") -> None:
    """Have Rasa's own pulling, at its start and every few seconds after it, go through `rollout`."""
    from rasa.core import agent

    async def update(endpoint: Any, current: Any) -> None:
        await rollout.update(ModelServer(endpoint), current)

    agent._update_model_from_server = update  # type: ignore[assignment]  # noqa: SLF001 - the only place to do it


def _ignore(_: Optional[str]) -> None:
    """Have no canary."""


class RollOut:
    """What one Rasa server knows about the models of its tag."""

    def __init__(self, keep: Keep, environment: str, on_canary: Callable[[Optional[str]], None] = _ignore) -> None:
        self._keep, self._environment, self._on_canary = keep, environment, on_canary
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="parlance-model")
        self._loading: Optional["asyncio.Task[None]"] = None
        self._live: Optional[str] = None
        self._refused: Optional[str] = None
        self._verdicts: List[Dict[str, Any]] = []

    async def update(self, server: ModelServer, agent: Any) -> None:
        """Look for news once; a model is awaited at the start only, later ones are loaded in the background."""
        if self._loading and not self._loading.done():
            return
        self._loading = asyncio.ensure_future(self._look(server, agent))
        if not agent.is_ready():
            await self._loading

    async def _look(self, server: ModelServer, agent: Any) -> None:
        try:
            await self._send_verdicts(server)
            with TemporaryDirectory(prefix="parlance-model-") as folder:
                await self._take(await self._ask(server, folder), agent)
            await self._send_verdicts(server)
        except UNREACHABLE as error:
            logger.debug("The model server does not answer: %r", error)
        except Exception:  # the next pull tries again
            logger.exception("Looking for a new model failed; the model in use stays.")
        if not agent.is_ready():
            await self._take_kept(agent)

    async def _ask(self, server: ModelServer, folder: str) -> Answer:
        kept = self._keep.find() if self._live is None else None
        known = [self._live, self._refused, kept.fingerprint if kept else None]
        answer = await server.ask([one for one in known if one] or ["none"], folder)
        self._on_canary(answer.canary)
        if answer.etag != self._refused:
            self._refused = None  # the tag has moved on: should it come back, the model gets another chance
        return answer

    async def _take(self, answer: Answer, agent: Any) -> None:
        """Load what came; keep the old model, and note why, when it does not load."""
        if answer.path is None or answer.etag is None:
            return
        began = time.monotonic()
        try:
            await self._load(answer.path, answer.etag, agent)
        except Exception as error:  # a model can fail in every way that Python knows
            logger.exception("The new model does not load; the model in use stays.")
            self._refused = answer.etag
            reason = {"code": type(error).__name__, "message": str(error)[:LONGEST_REASON]}
            self._verdicts.append(self._verdict("refused", answer.etag, error=reason))
            return
        seconds = round(time.monotonic() - began, 3)
        logger.info("A new model is live after %s s.", seconds)
        self._verdicts.append(self._verdict("live", answer.etag, seconds=seconds))
        await asyncio.get_running_loop().run_in_executor(self._thread, self._remember, answer.path, answer.etag)

    async def _load(self, path: str, fingerprint: str, agent: Any) -> None:
        loop = asyncio.get_running_loop()
        fresh = await loop.run_in_executor(self._thread, load_beside, agent, path, fingerprint)
        swap(agent, fresh)
        self._live = fingerprint

    async def _take_kept(self, agent: Any) -> None:
        """Start with the last model that worked, when the workbench has none or does not answer."""
        kept = self._keep.find()
        if kept is None:
            return
        try:
            await self._load(kept.path, kept.fingerprint, agent)
            logger.info("Rasa serves the last model that worked.")
            self._verdicts.append(self._verdict("live", kept.fingerprint))
        except Exception:  # a file that was cut off, or another version of Rasa: the next pull brings a whole one
            logger.exception("The kept model does not load.")
            self._keep.drop(kept)

    def _remember(self, path: str, fingerprint: str) -> None:
        try:
            self._keep.put(path, fingerprint)
        except OSError as error:
            logger.warning("The model is in use, and there is no room to keep it for a restart: %s", error)

    def _verdict(self, state: str, fingerprint: str, **more: Any) -> Dict[str, Any]:
        bare = fingerprint.replace("W/", "").strip('"')
        return dict({"etag": bare, "state": state, "environment": self._environment}, **more)

    async def _send_verdicts(self, server: ModelServer) -> None:
        """Tell the workbench what came of models, in their order; what it did not hear is told at the next pull."""
        while self._verdicts:
            await server.report(self._verdicts[0])
            del self._verdicts[0]
