"""A model's way: found where Rasa put it, described by its own metadata, stored in S3."""

import glob
import hashlib
import json
import os
import tarfile
from typing import Any, Dict

from parlance_rasa.tasks.failure import TrainingFailedError

SUFFIX = ".tar.gz"
BLOCK = 1024 * 1024


def download(bucket: str, key: str, path: str) -> None:
    """Fetch an object into a file."""
    from botocore.exceptions import ClientError

    try:
        _s3().download_file(bucket, key, path)
    except ClientError as error:
        reason = error.response["Error"].get("Code", "")
        raise TrainingFailedError("StorageFailed", "S3 does not give s3://%s/%s: %s" % (bucket, key, reason)) from error


def find(folder: str) -> str:
    """Return the path of the model that the training in `folder` made."""
    found = sorted(glob.glob(os.path.join(folder, "models", "*" + SUFFIX)), key=os.path.getmtime)
    if not found:
        raise TrainingFailedError("NoModel", "Rasa ended without an error and without a model.")
    return found[-1]


def upload(path: str, bucket: str, key: str) -> Dict[str, Any]:
    """Store the model in one piece, so that S3's ETag is its MD5, and return the job's `result`."""
    metadata = _metadata(path)
    with open(path, "rb") as file:
        _s3().put_object(Bucket=bucket, Key=key, Body=file, ContentType="application/gzip")
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


def _s3() -> Any:
    import boto3

    return boto3.client("s3")
