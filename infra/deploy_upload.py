"""Puts packages and the web UI into their buckets."""

from __future__ import annotations

import hashlib
import mimetypes
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from infra.package.failure import DeploymentError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

    from infra.package.build import Artifact

    Progress = Callable[[str, float], None]

FOREVER = "public, max-age=31536000, immutable"
ASK_FIRST = "no-cache"
SMALL = ".gz"
TYPES = {
    ".js": "text/javascript",
    ".mjs": "text/javascript",
    ".map": "application/json",
    ".woff2": "font/woff2",
    ".webmanifest": "application/manifest+json",
}


def ensure_bucket(client: Any, bucket: str, region: str) -> None:
    """Make the packages' bucket unless it is there and ours; nobody else may read it."""
    try:
        client.head_bucket(Bucket=bucket)
    except ClientError as error:
        if error.response["Error"]["Code"] not in {"404", "NoSuchBucket"}:
            raise DeploymentError(f"The bucket {bucket} cannot be used: {error}.") from error
        place = {} if region == "us-east-1" else {"CreateBucketConfiguration": {"LocationConstraint": region}}
        client.create_bucket(Bucket=bucket, **place)
        closed = dict.fromkeys(
            ("BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets"), True
        )
        client.put_public_access_block(Bucket=bucket, PublicAccessBlockConfiguration=closed)


def upload_artifacts(client: Any, place: tuple[str, str], artifacts: Iterable[Artifact], progress: Progress) -> None:
    """Upload what the bucket does not have; a key names its contents, so what is there is right."""
    bucket, prefix = place
    there = set(stored(client, bucket, f"{prefix}/"))
    missing = [artifact for artifact in artifacts if f"{prefix}/{artifact.key}" not in there]
    for done, artifact in enumerate(missing):
        progress(f"upload {artifact.key}", done / len(missing))
        client.put_object(Bucket=bucket, Key=f"{prefix}/{artifact.key}", Body=artifact.path.read_bytes())
    progress("upload", 1.0)


def upload_ui(client: Any, bucket: str, folder: Path, progress: Progress) -> None:
    """Bring the UI's bucket to the built UI: new files first, `index.html` last, then what is no longer used goes.

    Hidden files stay here: the build's own stamp.
    """
    every = {path.relative_to(folder).as_posix(): path for path in folder.rglob("[!.]*") if path.is_file()}
    files = {name: every.get(name + SMALL, path) for name, path in every.items() if not name.endswith(SMALL)}
    if "index.html" not in files:
        raise DeploymentError(
            f"The web UI is not built: {folder} has no index.html (`npm run build` in functions/ui makes it)."
        )
    there = stored(client, bucket, "")
    changed = [name for name, path in files.items() if there.get(name) != etag(path.read_bytes())]
    for done, name in enumerate(sorted(changed, key=lambda name: (name == "index.html", name))):
        progress(f"web UI {name}", done / len(changed))
        put_page(client, bucket, name, files[name])
    for name in there.keys() - files.keys():
        client.delete_object(Bucket=bucket, Key=name)
    progress("web UI", 1.0)


def put_page(client: Any, bucket: str, name: str, path: Path) -> None:
    """Store one file of the UI, small where the build made it so: files below `assets/` carry a hash in their names."""
    facts = {"CacheControl": FOREVER if name.startswith("assets/") else ASK_FIRST, "ContentType": content_type(name)}
    if path.suffix == SMALL:
        facts["ContentEncoding"] = "gzip"
    client.put_object(Bucket=bucket, Key=name, Body=path.read_bytes(), **facts)


def content_type(name: str) -> str:
    """Return the media type by the name's end; text is UTF-8. Does not depend on the machine's own tables."""
    suffix = f".{name.rpartition('.')[2]}"
    kind = TYPES.get(suffix) or mimetypes.MimeTypes().guess_type(name)[0] or "application/octet-stream"
    return f"{kind}; charset=utf-8" if kind.startswith("text/") else kind


def stored(client: Any, bucket: str, prefix: str) -> dict[str, str]:
    """Return every key below the prefix with its ETag."""
    pages = client.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix)
    return {item["Key"]: item["ETag"].strip('"') for page in pages for item in page.get("Contents", ())}


def etag(body: bytes) -> str:
    """Return S3's ETag of an object that was put in one piece."""
    return hashlib.md5(body, usedforsecurity=False).hexdigest()
