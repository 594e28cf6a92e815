"""A stock Rasa that publishes: its own event broker, in Rasa's environment, as an `endpoints.yml` names it."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable

ROOT = Path(__file__).parents[2]
RASA = ROOT / ".venv-rasa" / "bin" / "python"
ENVIRONMENT = "staging"


def publish(folder: Path, broker: dict[str, Any], events: Iterable[dict[str, Any]]) -> None:
    """Publish the events through the broker, written into an endpoints.yml in the folder; raises with its words."""
    endpoints = folder / "endpoints.yml"
    endpoints.write_text(json.dumps({"event_broker": broker}))  # JSON is YAML
    done = subprocess.run(
        [RASA, ROOT / "tests/support/stock_broker.py", endpoints],
        input="\n".join(map(json.dumps, events)),
        env={**os.environ, "RASA_ENVIRONMENT": ENVIRONMENT, "RASA_TELEMETRY_ENABLED": "false"},
        text=True,
        capture_output=True,
        check=False,
    )
    if done.returncode:
        raise RuntimeError(done.stderr[-2000:])
