"""One publisher of `ingest_emulator`: reads messages, says it is ready, sends them ten in a call at the word."""

from __future__ import annotations

import json
import sys

import boto3


def main() -> None:
    """Publish to the topic named on the command line."""
    client, bodies = boto3.client("sns"), json.loads(sys.stdin.readline())
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    sys.stdin.readline()
    for start in range(0, len(bodies), 10):
        entries = [{"Id": str(number), "Message": body} for number, body in enumerate(bodies[start : start + 10])]
        client.publish_batch(TopicArn=sys.argv[1], PublishBatchRequestEntries=entries)


if __name__ == "__main__":
    main()
