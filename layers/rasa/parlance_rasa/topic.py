"""The SNS topic: a batch of messages in, the ones it did not take out."""

import hashlib
import json
from typing import Any, Dict, List, NamedTuple, Optional, Tuple, Union

from parlance_rasa.sdk import SdkSns
from parlance_rasa.sns import Entry, Sns
from parlance_rasa.wire import pack

MOST_IN_A_BATCH = 10
LARGEST_BATCH = 256 * 1024 - 4096  # SNS's limit for a whole batch, less room for ids and attributes
REACHABLE = ("AuthorizationError", "AccessDenied", "AccessDeniedException")


class Message(NamedTuple):
    """A body on its way to SNS. `outbox` and `outbox_id` name the row that keeps it safe until SNS has it, if any."""

    body: str
    kind: str
    attributes: Dict[str, str]
    outbox: Optional[Any] = None
    outbox_id: Optional[int] = None


class Topic:
    """One topic, and the bucket for bodies that are too large for it."""

    def __init__(self, arn: str, bucket: Optional[str], region: Optional[str] = None) -> None:
        self._arn = arn
        self._bucket = bucket
        self._region = region
        self._clients: Dict[str, Any] = {}
        self._sns: Union[Sns, SdkSns, None] = None

    def packed(self, message: Message) -> str:
        """Return the message as SNS takes it; raises when a claim is needed and S3 is away."""
        return pack(message.body, message.kind, lambda small: self._leave(message.body, small))

    def publish(self, entries: List[Tuple[Message, str]]) -> Tuple[List[Message], List[Message]]:
        """Publish at most ten packed messages; return those to try again and those SNS will never take."""
        batch = [Entry(body, message.attributes) for message, body in entries]
        again: List[Message] = []
        refused: List[Message] = []
        for refusal in self._publisher().publish_batch(self._arn, batch):
            (refused if refusal.for_good else again).append(entries[refusal.place][0])
        return again, refused

    def reachable(self) -> bool:
        """Tell whether the topic exists and answers; a role that may only publish counts as an answer."""
        from botocore.exceptions import BotoCoreError, ClientError

        try:
            self._client("sns").get_topic_attributes(TopicArn=self._arn)
        except ClientError as error:
            return error.response["Error"]["Code"] in REACHABLE
        except BotoCoreError:
            return False
        return True

    def _leave(self, body: str, small: bytes) -> Dict[str, str]:
        if not self._bucket:
            raise ValueError("a turn is too large for SNS and DATA_BUCKET is not set")
        key = claim_key(body, small)
        self._client("s3").put_object(Bucket=self._bucket, Key=key, Body=small, ContentType="application/gzip")
        return {"bucket": self._bucket, "key": key}

    def _publisher(self) -> Union[Sns, SdkSns]:
        """Return our own way to SNS, or the SDK's where a proxy is on the way (HTTPS_PROXY and the like)."""
        from botocore.utils import get_environ_proxies

        if self._sns is None:
            client = self._client("sns")
            self._sns = SdkSns(client) if get_environ_proxies(client.meta.endpoint_url) else Sns(self._region)
        return self._sns

    def _client(self, service: str) -> Any:
        if service not in self._clients:
            self._clients[service] = _connect(service, self._region)
        return self._clients[service]


def claim_key(body: str, small: bytes) -> str:
    """Return where a body lies in the bucket: below its conversation's hash, by which an erasure finds it."""
    sender = hashlib.sha256(json.loads(body)["sender_id"].encode("utf-8", "surrogatepass")).hexdigest()
    return "claims/%s/%s.json.gz" % (sender[:32], hashlib.sha256(small).hexdigest())


def _connect(service: str, region: Optional[str]) -> Any:
    import boto3
    from botocore.config import Config

    config = Config(connect_timeout=2, read_timeout=5, retries={"total_max_attempts": 2, "mode": "standard"})
    return boto3.session.Session(region_name=region).client(service, config=config)
