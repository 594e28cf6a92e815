"""A task's own disk: what Python, Rasa and SQLite say when it is full, and how large it is."""

import errno
import os
import re
import shutil
import tempfile
from typing import Tuple

_FULL = re.compile(
    r"No space left on device|database or disk is full|Disk quota exceeded|No usable temporary directory"
)
_NUMBERS = (errno.ENOSPC, errno.EDQUOT)


def is_full(said: str) -> bool:
    """Tell whether a complaint is about a disk without space."""
    return bool(_FULL.search(said))


def blamed(error: OSError) -> Tuple[str, str]:
    """Return code and sentence for an error of the operating system."""
    said = "%s: %s" % (type(error).__name__, error)
    return ("DiskFull", full(said)) if error.errno in _NUMBERS or is_full(said) else ("TaskError", said)


def full(said: str) -> str:
    """Return the sentence of a full disk: which one and how large, if that can be told, and in whose words."""
    return "The task's disk is full%s. %s" % (_measured(), said)


def _measured() -> str:
    try:
        place = os.environ.get("TMPDIR") or tempfile.gettempdir()
        return " (%s, %.1f MB)" % (place, shutil.disk_usage(place).total / 2**20)
    except OSError:  # no folder that can be written, which a full disk is known by, or none where TMPDIR says
        return ""
