"""One publisher of `ingest_emulator`: prepares its calls, says it is ready, makes them at the word.

The calls are SNS's own (`PublishBatch`, ten messages), encoded beforehand and sent over one kept connection: boto3
would take as much of two cores as all that is measured.
"""

from __future__ import annotations

import http.client
import json
import sys
from urllib.parse import urlencode, urlsplit

HEADERS = {
    "Content-Type": "application/x-www-form-urlencoded",
    "Authorization": "AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/sns/aws4_request, SignedHeaders=host,"
    " Signature=0",
}


def call(topic: str, bodies: list[str]) -> bytes:
    """Return one PublishBatch request's body."""
    fields = {"Action": "PublishBatch", "Version": "2010-03-31", "TopicArn": topic}
    for number, body in enumerate(bodies, start=1):
        entry = f"PublishBatchRequestEntries.member.{number}"
        fields |= {f"{entry}.Id": str(number), f"{entry}.Message": body}
    return urlencode(fields).encode()


def main() -> None:
    """Publish to the topic named on the command line, at the endpoint named after it."""
    topic, endpoint = sys.argv[1:]
    bodies = json.loads(sys.stdin.readline())
    calls = [call(topic, bodies[start : start + 10]) for start in range(0, len(bodies), 10)]
    connection = http.client.HTTPConnection(urlsplit(endpoint).netloc)
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    sys.stdin.readline()
    for body in calls:
        connection.request("POST", "/", body, HEADERS)
        answer = connection.getresponse()
        taken = answer.read().count(b"<MessageId>")
        assert taken == body.count(b".Message="), answer.status


if __name__ == "__main__":
    main()
