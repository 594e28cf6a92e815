"""How full the queues are."""

from __future__ import annotations

from parlance.adapters.aws import client


def depth(url: str) -> dict[str, int]:
    """Return the (approximate) number of messages that wait and that are being worked on."""
    names = {"waiting": "ApproximateNumberOfMessages", "in_flight": "ApproximateNumberOfMessagesNotVisible"}
    told = client("sqs").get_queue_attributes(QueueUrl=url, AttributeNames=list(names.values()))["Attributes"]
    return {ours: int(told[theirs]) for ours, theirs in names.items()}
