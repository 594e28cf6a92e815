"""Files in S3, and signed addresses by which others read and write them without passing through a function."""

from __future__ import annotations

from contextlib import contextmanager
from typing import IO, TYPE_CHECKING, Any

import msgspec

from parlance.adapters import aws
from parlance.domain.errors import NotFound, Unavailable

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

ADDRESS_LIFE = 900
"""Seconds that a signed address may wait before it is used."""
ABSENT = frozenset({"404", "NoSuchKey", "NotFound"})


class Stored(msgspec.Struct, frozen=True):
    """What S3 knows of an object; the ETag without its quotes."""

    etag: str
    size: int


def put(bucket: str, key: str, body: bytes) -> None:
    """Store an object; readers see the old one or the new one, never a part. Raises Unavailable."""
    with _asking() as s3:
        s3.put_object(Bucket=bucket, Key=key, Body=body)


def head(bucket: str, key: str) -> Stored | None:
    """Return what is stored under a key; None when nothing is. Raises Unavailable."""
    try:
        with _asking() as s3:
            found = s3.head_object(Bucket=bucket, Key=key)
    except NotFound:
        return None
    return Stored(found["ETag"].strip('"'), found["ContentLength"])


def stream(bucket: str, key: str) -> IO[bytes] | Any:
    """Return an object's content to be read as it arrives; raises NotFound, Unavailable."""
    with _asking() as s3:
        return s3.get_object(Bucket=bucket, Key=key)["Body"]


def copy(bucket: str, source: str, target: str) -> None:
    """Store an object's content under another key, too; raises NotFound, Unavailable."""
    with _asking() as s3:
        s3.copy_object(Bucket=bucket, Key=target, CopySource={"Bucket": bucket, "Key": source})


def join(bucket: str, prefix: str, target: str) -> bool:
    """Make one object of those whose keys begin so, in the order of keys; False without one. Raises Unavailable."""
    from boto3.s3.transfer import TransferConfig

    with _asking() as s3:
        keys = [each["Key"] for each in s3.list_objects_v2(Bucket=bucket, Prefix=prefix).get("Contents", ())]
        if not keys:
            return False
        content = Joined(s3.get_object(Bucket=bucket, Key=key)["Body"] for key in keys)
        s3.upload_fileobj(content, bucket, target, Config=TransferConfig(use_threads=False))
    return True


class Joined:
    """Several contents to be read as one, each opened when the one before has ended."""

    def __init__(self, parts: Iterator[IO[bytes]]) -> None:
        """Read nothing yet."""
        self.parts = parts
        self.open: IO[bytes] | None = next(parts, None)

    def read(self, size: int = -1) -> bytes:
        """Return the next `size` bytes, fewer at the end only; without a size all that is left."""
        found = b""
        while self.open is not None and (size < 0 or len(found) < size):
            piece = self.open.read(size - len(found)) if size >= 0 else self.open.read()
            found += piece
            if not piece:
                self.open = next(self.parts, None)
        return found


def delete(bucket: str, key: str) -> None:
    """Remove an object; fine when it is gone already. Raises Unavailable."""
    with _asking() as s3:
        s3.delete_object(Bucket=bucket, Key=key)


def delete_all(bucket: str, prefix: str) -> int:
    """Remove every object whose key begins so; returns how many. Raises Unavailable."""
    removed = 0
    with _asking() as s3:
        while found := s3.list_objects_v2(Bucket=bucket, Prefix=prefix).get("Contents"):
            s3.delete_objects(Bucket=bucket, Delete={"Objects": [{"Key": each["Key"]} for each in found]})
            removed += len(found)
    return removed


def older(bucket: str, prefix: str, than: datetime) -> list[str]:
    """Return up to a thousand keys that begin so, of what was stored before then. Raises Unavailable."""
    with _asking() as s3:
        found = s3.list_objects_v2(Bucket=bucket, Prefix=prefix).get("Contents", ())
    return [each["Key"] for each in found if each["LastModified"] < than]


def reading_address(bucket: str, key: str, filename: str, media: str = "") -> str:
    """Return an address that gives the object to whoever has it, saved as `filename`."""
    named = {"ResponseContentDisposition": f'attachment; filename="{filename}"'}
    typed = {"ResponseContentType": media} if media else {}
    return _signed("get_object", Bucket=bucket, Key=key, **named, **typed)


def writing_address(bucket: str, key: str, size: int) -> str:
    """Return an address that takes a PUT of exactly `size` bytes."""
    return _signed("put_object", Bucket=bucket, Key=key, ContentLength=size)


def _signed(operation: str, **parameters: Any) -> str:
    """Sign for the host that our own calls use: whoever gets the address reaches S3 there too."""
    address = aws.client("s3").generate_presigned_url(operation, Params=parameters, ExpiresIn=ADDRESS_LIFE)
    return str(address)


@contextmanager
def _asking() -> Iterator[Any]:
    """Give S3's client; what S3 refuses is NotFound or Unavailable."""
    from botocore.exceptions import BotoCoreError, ClientError

    try:
        yield aws.client("s3")
    except ClientError as error:
        if error.response["Error"]["Code"] in ABSENT:
            raise NotFound("The file is not in storage.", code="FileNotFound") from error
        raise Unavailable(f"The file storage refuses: {error.response['Error']['Code']}.", retry_after=5) from error
    except BotoCoreError as error:
        raise Unavailable("The file storage does not answer.", retry_after=5) from error
