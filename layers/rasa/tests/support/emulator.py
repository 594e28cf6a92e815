"""The AWS emulator as the broker meets it: a topic, a queue behind it and a bucket; it can go away and come back."""

import functools
import json
import os
import subprocess
import tempfile
import time
import urllib.request

import boto3

from support.postgres import ROOT, free_port

TOPIC = "arn:aws:sns:us-east-1:000000000000:events"


class Emulator:
    def __init__(self):
        self.port = free_port()
        self.url = "http://127.0.0.1:%d" % self.port
        self._process = None

    def start(self):
        environment = dict(os.environ, GATEWAY_PORT=str(self.port), BIND_HOST="127.0.0.1", LOG_LEVEL="ERROR")
        self._process = subprocess.Popen(
            [os.path.join(ROOT, ".venv/bin/ministack")],
            env=environment,
            cwd=tempfile.gettempdir(),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        wait_until(self._answers)
        self._fill()

    def stop(self):
        self._process.kill()
        self._process.wait()

    @functools.lru_cache(maxsize=None)  # noqa: B019 - one emulator in a session
    def client(self, service):
        return boto3.client(
            service,
            endpoint_url=self.url,
            region_name="us-east-1",
            aws_access_key_id="test",
            aws_secret_access_key="test",
        )

    def empty(self):
        self.client("sqs").purge_queue(QueueUrl=self.queue)

    def messages(self, wanted, seconds=240):
        """Take messages until `wanted` different ones are there; returns bodies decoded, with their attributes.

        A message may come twice: a publisher whose request was not answered sends it again.
        """
        found, deadline = {}, time.monotonic() + seconds
        while len(found) < wanted and time.monotonic() < deadline:
            for message in self._receive():
                found.setdefault(json.dumps(message, sort_keys=True), message)
        return list(found.values())

    def everything(self):
        """Take messages off the queue until it is empty."""
        return [message for batch in iter(self._receive, []) for message in batch]

    def _receive(self):
        sqs = self.client("sqs")
        answer = sqs.receive_message(
            QueueUrl=self.queue, MaxNumberOfMessages=10, MessageAttributeNames=["All"], WaitTimeSeconds=1
        )
        found = answer.get("Messages", [])
        if found:
            taken = [{"Id": str(i), "ReceiptHandle": message["ReceiptHandle"]} for i, message in enumerate(found)]
            sqs.delete_message_batch(QueueUrl=self.queue, Entries=taken)
        return [decoded(message) for message in found]

    def _answers(self):
        try:
            return urllib.request.urlopen(self.url + "/_ministack/health", timeout=1).status == 200
        except OSError:
            return False

    def _fill(self):
        sns, sqs = self.client("sns"), self.client("sqs")
        sns.create_topic(Name="events")
        self.queue = sqs.create_queue(QueueName="events")["QueueUrl"]
        arn = sqs.get_queue_attributes(QueueUrl=self.queue, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
        sns.subscribe(TopicArn=TOPIC, Protocol="sqs", Endpoint=arn, Attributes={"RawMessageDelivery": "true"})
        self.client("s3").create_bucket(Bucket="data")


def decoded(message):
    attributes = message.get("MessageAttributes", {})
    return json.loads(message["Body"]), {name: value["StringValue"] for name, value in attributes.items()}


def wait_until(condition, seconds=240):
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not happen in %s seconds" % seconds
        time.sleep(0.05)
