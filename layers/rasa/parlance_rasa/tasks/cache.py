"""Rasa's own cache, kept between trainings: a component with the same fingerprint is not trained again."""

import os
import shutil
import stat
import tarfile

from parlance_rasa.tasks import storage
from parlance_rasa.tasks.failure import TrainingFailedError

KEY = "cache/train.tar"
FOLDER = os.path.join(".rasa", "cache")
MOST_BYTES = 300 * 1024 * 1024
"""What is kept; Rasa itself forgets the oldest above it (RASA_MAX_CACHE_SIZE, in MB)."""


def limit() -> None:
    """Let the Rasa that is started next keep its cache small enough."""
    os.environ["RASA_MAX_CACHE_SIZE"] = str(MOST_BYTES // 1024**2)


def restore(bucket: str, folder: str) -> bool:
    """Bring the cache of earlier trainings into a project's folder; False without one: then everything is trained."""
    archive = os.path.join(folder, "cache.tar")
    try:
        storage.download(bucket, KEY, archive)
        with tarfile.open(archive) as file:
            members = [member for member in file.getmembers() if _is_plain(member)]
            file.extractall(os.path.join(folder, FOLDER), members=members)  # noqa: S202 - plain names only
    except (TrainingFailedError, tarfile.TarError, OSError):
        shutil.rmtree(os.path.join(folder, FOLDER), ignore_errors=True)  # half a cache is worse than none
        return False
    finally:
        if os.path.exists(archive):
            os.remove(archive)
    return True


def keep(bucket: str, folder: str) -> bool:
    """Store the cache for the next training; False when there is none, or storage does not take it: nothing is lost."""
    source, archive = os.path.join(folder, FOLDER), os.path.join(folder, "cache.tar")
    if not os.path.isdir(source) or _size(source) > MOST_BYTES:
        return False
    try:
        with tarfile.open(archive, "w") as file:
            file.add(source, arcname=".")
        storage.upload(archive, bucket, KEY, "application/x-tar")
    except (TrainingFailedError, tarfile.TarError, OSError):
        return False
    return True


def _is_plain(member: tarfile.TarInfo) -> bool:
    """Tell a file or folder of the cache from whatever else a tar may hold."""
    outside = member.name.startswith("/") or ".." in member.name.split("/")
    return (member.isfile() or member.isdir()) and not outside and not member.mode & stat.S_ISUID


def _size(folder: str) -> int:
    return sum(os.path.getsize(os.path.join(parent, name)) for parent, _, names in os.walk(folder) for name in names)
