"""SNS's PublishBatch by hand, over a connection that stays open: a fraction of what it costs through boto3."""

import socket
from typing import Any, Dict, List, NamedTuple, Optional
from urllib.parse import urlsplit
from xml.etree import ElementTree as ET

from parlance_rasa.locks.calls import Connections, ask
from parlance_rasa.locks.endpoint import find_endpoint, opened
from parlance_rasa.locks.sigv4 import Signer

WITHIN_S = 5.0
FORM = "application/x-www-form-urlencoded; charset=utf-8"
MARKS = "% !\"#$&'()*+,/:;<=>?@[\\]^`{|}"
OK = 200


class SnsError(Exception):
    """SNS did not take a batch; the message is its own code."""


class Entry(NamedTuple):
    """A message in a batch: ASCII text, and attributes."""

    body: str
    attributes: Dict[str, str]


class Refusal(NamedTuple):
    """An entry, by its place, that SNS did not take; `for_good`: it never will."""

    place: int
    for_good: bool


class Sns:
    """One region's SNS, for one thread at a time."""

    def __init__(self, region: Optional[str]) -> None:
        self._endpoint = find_endpoint("sns", WITHIN_S, region)
        host = urlsplit(self._endpoint.url).netloc
        self._signer = Signer(host, self._endpoint.region, "sns", FORM)
        self._connections = Connections(lambda: opened(self._endpoint), WITHIN_S, 1)

    def publish_batch(self, topic: str, entries: List[Entry]) -> List[Refusal]:
        """Publish at most ten; return those that were not taken. Raises OSError, SnsError or botocore's errors."""
        body = form(topic, entries).encode("ascii")
        try:
            status, text = self._ask(body)
        except (TimeoutError, socket.timeout):  # one error from Python 3.10 on
            raise
        except (OSError, ValueError):  # a connection that was hung up in the moment it was used: once more is harmless
            status, text = self._ask(body)
        answer = ET.fromstring(text)  # noqa: S314 - AWS's own answer
        if status != OK:
            raise SnsError(answer.findtext(".//{*}Code") or str(status))
        return [
            Refusal(int(failed.findtext("{*}Id") or ""), failed.findtext("{*}SenderFault") == "true")
            for failed in answer.iterfind(".//{*}Failed/{*}member")
        ]

    def _ask(self, body: bytes) -> Any:
        keys = self._endpoint.credentials.get_frozen_credentials()
        return ask(self._connections, (body, self._signer.headers(None, body, keys)))


def form(topic: str, entries: List[Entry]) -> str:
    """Return the request's form."""
    fields = ["Action=PublishBatch", "Version=2010-03-31", "TopicArn=" + quoted(topic)]
    for place, entry in enumerate(entries):
        start = "PublishBatchRequestEntries.member.%d." % (place + 1)
        fields += ["%sId=%d" % (start, place), "%sMessage=%s" % (start, quoted(entry.body))]
        for number, (name, value) in enumerate(entry.attributes.items(), 1):
            attribute = "%sMessageAttributes.entry.%d." % (start, number)
            fields += [
                "%sName=%s" % (attribute, quoted(name)),
                "%sValue.DataType=String" % attribute,
                "%sValue.StringValue=%s" % (attribute, quoted(value)),
            ]
    return "&".join(fields)


def quoted(text: str) -> str:
    """Return a text with percent signs; mostly ASCII, for which this is a tenth of what `urllib` needs."""
    if not (text.isascii() and text.isprintable()):
        from urllib.parse import quote

        return quote(text, safe="", errors="replace")
    for mark in MARKS:
        text = text.replace(mark, "%%%02X" % ord(mark))
    return text
