"""What a training says of itself: messages on the jobs queue, at most one a second, at least one in twenty."""

import json
import logging
import threading
import time
from typing import Any, Callable, Dict

logger = logging.getLogger(__name__)

SHORTEST_GAP_S = 1.0
HEARTBEAT_S = 20.0
LAST_WORD_WITHIN_S = 120.0


class Report:
    """The messages of one job. `look` returns the fields of a progress message at the moment it is called."""

    def __init__(self, send: Callable[[str], None], job_id: str, look: Callable[[], Dict[str, Any]]) -> None:
        self._send = send
        self._job_id = job_id
        self._look = look
        self._seq = 0
        self._changed = threading.Event()
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._run, name="parlance-report", daemon=True)

    def start(self) -> None:
        """Say that the job runs, and go on saying how far it is."""
        self._changed.set()
        self._thread.start()

    def changed(self) -> None:
        """Let the next progress message go out as soon as the pace allows."""
        self._changed.set()

    def finish(self, state: str, **fields: Any) -> None:
        """Say the last word; tried for two minutes, because nobody else can say it. Raises what stopped it."""
        self._over.set()
        self._changed.set()
        if self._thread.is_alive():
            self._thread.join()
        self._insist(self._message(state, fields))

    def _run(self) -> None:
        while not self._over.is_set():
            self._changed.wait(HEARTBEAT_S)
            self._changed.clear()
            if not self._over.is_set():
                self._mention()
            self._over.wait(SHORTEST_GAP_S)

    def _mention(self) -> None:
        try:
            self._send(self._message("running", self._look()))
        except Exception as error:  # noqa: BLE001 - a missing progress message is no reason to stop a training
            logger.warning("The jobs queue does not take a progress message: %s", type(error).__name__)

    def _insist(self, message: str) -> None:
        deadline, pause = time.monotonic() + LAST_WORD_WITHIN_S, 0.5
        while True:
            try:
                self._send(message)
            except Exception:
                if time.monotonic() + pause > deadline:
                    raise
                time.sleep(pause)
                pause = min(pause * 2, 10.0)
            else:
                return

    def _message(self, state: str, fields: Dict[str, Any]) -> str:
        self._seq += 1
        head = {"v": 1, "kind": "job", "job_id": self._job_id, "at": time.time(), "seq": self._seq, "state": state}
        return json.dumps(dict(head, **fields))
