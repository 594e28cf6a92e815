"""Files from S3 and to it; what S3 refuses is the job's failure, with S3's word for it."""

from typing import Any

from parlance_rasa.tasks.failure import TrainingFailedError


def download(bucket: str, key: str, path: str) -> None:
    """Fetch an object into a file."""
    from botocore.exceptions import BotoCoreError, ClientError

    try:
        _s3().download_file(bucket, key, path)
    except ClientError as error:
        reason = error.response["Error"].get("Code", "")
        raise TrainingFailedError("StorageFailed", "S3 does not give s3://%s/%s: %s" % (bucket, key, reason)) from error
    except BotoCoreError as error:
        raise TrainingFailedError("StorageFailed", "S3 does not answer: %s" % type(error).__name__) from error


def upload(path: str, bucket: str, key: str, media: str) -> None:
    """Store a file in one piece: whoever looks sees all of it or nothing."""
    from botocore.exceptions import BotoCoreError, ClientError

    try:
        with open(path, "rb") as file:
            _s3().put_object(Bucket=bucket, Key=key, Body=file, ContentType=media)
    except ClientError as error:
        reason = error.response["Error"].get("Code", "")
        raise TrainingFailedError("StorageFailed", "S3 does not take s3://%s/%s: %s" % (bucket, key, reason)) from error
    except BotoCoreError as error:
        raise TrainingFailedError("StorageFailed", "S3 does not answer: %s" % type(error).__name__) from error


def _s3() -> Any:
    import boto3

    return boto3.client("s3")
