"""SNS's PublishBatch through AWS's SDK: slower, and it knows the way through a proxy."""

from typing import Any, Dict, List

from parlance_rasa.sns import Entry, Refusal


class SdkSns:
    """One region's SNS, by a client of boto3."""

    def __init__(self, client: Any) -> None:
        self._client = client

    def publish_batch(self, topic: str, entries: List[Entry]) -> List[Refusal]:
        """Publish at most ten; return those that were not taken. Raises botocore's errors."""
        asked = [written(place, entry) for place, entry in enumerate(entries)]
        answer = self._client.publish_batch(TopicArn=topic, PublishBatchRequestEntries=asked)
        return [Refusal(int(failed["Id"]), failed["SenderFault"]) for failed in answer.get("Failed", ())]


def written(place: int, entry: Entry) -> Dict[str, Any]:
    """Return an entry as the SDK takes it."""
    attributes = {name: {"DataType": "String", "StringValue": value} for name, value in entry.attributes.items()}
    return {"Id": str(place), "Message": entry.body, "MessageAttributes": attributes}
