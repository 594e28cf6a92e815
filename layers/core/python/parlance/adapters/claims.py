"""Messages too large for the queue: they lie in our own bucket, and the queue holds a claim."""

from __future__ import annotations

from typing import TYPE_CHECKING

from parlance.adapters.aws import client
from parlance.domain.errors import Invalid, Unavailable
from parlance.settings import settings

if TYPE_CHECKING:
    from parlance.domain.turns import Claimed

GONE = ("NoSuchKey", "NoSuchBucket", "404")


def fetch(claim: Claimed) -> bytes:
    """Return the claimed object; raises Invalid for a foreign bucket or a missing object, Unavailable otherwise."""
    from botocore.exceptions import BotoCoreError, ClientError

    if claim.bucket != settings().data_bucket or not claim.key.startswith("claims/"):
        raise Invalid("the claim is not on an object of this installation")
    try:
        body: bytes = client("s3").get_object(Bucket=claim.bucket, Key=claim.key)["Body"].read()
    except ClientError as error:
        if error.response["Error"]["Code"] in GONE:
            raise Invalid("the claimed object does not exist") from error
        raise Unavailable("the claimed object cannot be read now") from error
    except (BotoCoreError, OSError) as error:
        raise Unavailable("S3 does not answer") from error
    return body
