"""A model's way: found where Rasa put it, described by its own metadata, stored in S3."""

import glob
import hashlib
import json
import os
import tarfile
from typing import Any, Dict

from parlance_rasa.tasks import storage
from parlance_rasa.tasks.failure import TrainingFailedError

SUFFIX = ".tar.gz"
BLOCK = 1024 * 1024


def find(folder: str) -> str:
    """Return the path of the model that the training in `folder` made."""
    found = sorted(glob.glob(os.path.join(folder, "models", "*" + SUFFIX)), key=os.path.getmtime)
    if not found:
        raise TrainingFailedError("NoModel", "Rasa ended without an error and without a model.")
    return found[-1]


def upload(path: str, bucket: str, key: str) -> Dict[str, Any]:
    """Store the model in one piece, so that S3's ETag is its MD5, and return the job's `result`."""
    metadata = _metadata(path)
    storage.upload(path, bucket, key, "application/gzip")
    return {
        "model_key": key,
        "name": os.path.basename(path)[: -len(SUFFIX)],
        "rasa_version": metadata["rasa_open_source_version"],
        "model_id": metadata.get("model_id"),
        "fingerprint": _md5(path),
        "size": os.path.getsize(path),
        "trained_at": metadata["trained_at"] + "Z",  # UTC, which Rasa does not say
    }


def _metadata(path: str) -> Dict[str, Any]:
    with tarfile.open(path) as archive:
        file = archive.extractfile("metadata.json")
        return json.load(file) if file else {}


def _md5(path: str) -> str:
    digest = hashlib.md5()  # noqa: S324 - a fingerprint, the one S3 calls ETag
    with open(path, "rb") as file:
        for block in iter(lambda: file.read(BLOCK), b""):
            digest.update(block)
    return digest.hexdigest()
