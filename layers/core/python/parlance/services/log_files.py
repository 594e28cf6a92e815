"""The logs of all parts as one zip in storage, a file a part."""

from __future__ import annotations

import io
import time
import zipfile
from uuid import uuid4

from parlance.adapters import logs, objects
from parlance.settings import settings

FUNCTIONS = ("api", "events", "jobs", "sweep", "live", "migrate")
TASKS = ("rasa", "worker", "actions", "bridge")


def pack(hours: float) -> str:
    """Put the logs of the last hours into a zip and return where it can be read for some minutes."""
    key = f"exports/{uuid4().hex}.zip"
    objects.put(settings().data_bucket, key, _zipped(time.time() - hours * 3600))
    return objects.reading_address(settings().data_bucket, key, "logs.zip")


def groups() -> dict[str, str]:
    """Return the log group of each part."""
    name = settings().cluster
    functions = {part: f"/aws/lambda/{name}-{part}" for part in FUNCTIONS}
    return functions | {part: f"/parlance/{name}/{part}" for part in TASKS}


def _zipped(since: float) -> bytes:
    found = groups()
    texts = map("".join, logs.lines(list(found.values()), since))
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for part, text in zip(found, texts, strict=True):
            archive.writestr(f"logs/{part}.log", text)
    return packed.getvalue()
