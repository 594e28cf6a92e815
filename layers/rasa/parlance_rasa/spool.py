"""A bounded folder of messages that wait for AWS; what is in it survives the process.

Files of JSON lines, one a batch, named in the order they were written. A file belongs to no process: whoever renames
it first sends it.
"""

import contextlib
import json
import logging
import os
import re
import time
import uuid
from typing import List, Optional, Tuple

from parlance_rasa.topic import Message

logger = logging.getLogger(__name__)

SUFFIX = ".ndjson"
TAKEN = re.compile(r"(?P<name>.+%s)\.(?P<pid>\d{1,9})\.taken" % re.escape(SUFFIX), re.DOTALL)


class Spool:
    """The folder, with at most `limit` bytes in it."""

    def __init__(self, folder: str, limit: int) -> None:
        os.makedirs(folder, mode=0o700, exist_ok=True)
        self._folder = folder
        self._limit = limit
        self._release_abandoned()

    def add(self, messages: List[Message]) -> bool:
        """Keep the messages, on disk when this returns; False when folder or disk is full and they are not kept."""
        data = "".join(_line(message) for message in messages).encode("ascii")
        if not messages or self.used() + len(data) > self._limit:
            return not messages
        name = os.path.join(self._folder, "%020d-%s" % (time.time_ns(), uuid.uuid4().hex))
        try:
            self._write(name, data)
        except OSError as error:
            logger.warning("The spool cannot be written: %s", error)
            with contextlib.suppress(OSError):
                os.remove(name + ".part")
            return False
        return True

    def take(self) -> Optional[Tuple[str, List[Message]]]:
        """Claim the oldest file: its name for `done` or `give_back`, and its messages; None when there is none."""
        for name in self._names(SUFFIX):
            taken = self._claim(name)
            if taken:
                return taken
        return None

    def done(self, claimed: str) -> None:
        """Delete a file whose messages are all sent; that it is gone already is well."""
        with contextlib.suppress(FileNotFoundError):
            os.remove(claimed)

    def give_back(self, claimed: str) -> None:
        """Put a file back for a later try; that it is gone already changes nothing."""
        _move(claimed, claimed[: claimed.rindex(SUFFIX) + len(SUFFIX)])

    def used(self) -> int:
        """Return the bytes that wait."""
        return sum(_size(name) for name in self._names(""))

    def waiting(self) -> int:
        """Return how many files are to be sent, also those that a process is sending right now."""
        return sum(1 for name in self._names("") if name.endswith(SUFFIX) or TAKEN.fullmatch(name))

    def _claim(self, name: str) -> Optional[Tuple[str, List[Message]]]:
        claimed = "%s.%d.taken" % (name, os.getpid())
        try:
            os.rename(name, claimed)
        except OSError:  # another process was faster, or may do more here than this one
            return None
        try:
            with open(claimed, encoding="ascii") as file:
                return claimed, [_message(line) for line in file]
        except (ValueError, TypeError, IsADirectoryError):
            logger.warning("%s is no file of ours, it is left aside", name)
            _move(claimed, name + ".unreadable")
        except OSError as error:
            logger.warning("%s cannot be read now: %s", name, error)
            _move(claimed, name)
        return None

    def _release_abandoned(self) -> None:
        for claimed in self._names(".taken"):
            found = TAKEN.fullmatch(claimed)
            if found and not _alive(int(found["pid"])):
                _move(claimed, found["name"])

    def _names(self, ending: str) -> List[str]:
        with contextlib.suppress(OSError):
            names = [name for name in os.listdir(self._folder) if name.endswith(ending)]
            return sorted(os.path.join(self._folder, name) for name in names)
        return []

    def _write(self, name: str, data: bytes) -> None:
        os.makedirs(self._folder, mode=0o700, exist_ok=True)
        with open(name + ".part", "wb", opener=_private) as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        os.rename(name + ".part", name + SUFFIX)
        self._sync_folder()

    def _sync_folder(self) -> None:
        folder = os.open(self._folder, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


def _move(old: str, new: str) -> None:
    with contextlib.suppress(OSError):
        os.rename(old, new)


def _line(message: Message) -> str:
    return json.dumps([message.body, message.kind, message.attributes]) + "\n"


def _message(line: str) -> Message:
    return Message(*json.loads(line))


def _size(name: str) -> int:
    try:
        return os.path.getsize(name)
    except OSError:
        return 0


def _alive(pid: int) -> bool:
    if pid == os.getpid():
        return False
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
