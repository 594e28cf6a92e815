"""Requests a second through the emulator's API Gateway: the API's smallest answer, and a function that does nothing.

The second figure is the emulator's own: what no API behind it can exceed. The template's limit of requests a second
is lifted before: it is no measure of speed, and the emulator keeps to it.
"""

from __future__ import annotations

import http.client
import io
import statistics
import time
import zipfile
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from urllib.parse import urlsplit

CLIENTS, SECONDS = 4, 5.0
BARE = """
import sys

def handler(event, context):
    print("{}", file=sys.stderr)  # the emulator waits 50 ms for the log of a function that says nothing
    return {"statusCode": 200, "headers": {"Content-Type": "application/json"}, "body": "[]"}
"""


def rates(url: str, address: str) -> dict[str, float]:
    """Return requests a second and their median of the API at `address`, and of nothing beside it."""
    lift_limit(url, address)
    served, bare = load(f"{address}/api/features"), load(bare_address(url))
    return {
        "requests_per_s": served[0],
        "request_p50_ms": served[1],
        "bare_requests_per_s": bare[0],
        "bare_request_p50_ms": bare[1],
    }


def load(address: str) -> tuple[float, float]:
    """Ask from several connections at once for some seconds; return requests a second and the median in ms."""
    ask_for(address, 1.0)  # environments start
    with ThreadPoolExecutor(CLIENTS) as clients:
        spent = [one for each in clients.map(ask_for, [address] * CLIENTS, [SECONDS] * CLIENTS) for one in each]
    return round(len(spent) / SECONDS, 1), round(statistics.median(spent) * 1000, 2)


def ask_for(address: str, seconds: float) -> list[float]:
    """Ask over one connection, again and again; return how many seconds each answer took."""
    parts, spent, until = urlsplit(address), [], time.perf_counter() + seconds
    connection = http.client.HTTPConnection(str(parts.hostname), parts.port, timeout=30)
    while (began := time.perf_counter()) < until:
        connection.request("GET", parts.path)
        answer = connection.getresponse()
        answer.read()
        assert answer.status == 200, answer.status
        spent.append(time.perf_counter() - began)
    connection.close()
    return spent


def lift_limit(url: str, address: str) -> None:
    """Let the stage of the API at `address` take more requests a second than anything here can send."""
    api, stage = urlsplit(address).path.split("/")[2:4]
    limits = ("rateLimit", "burstLimit")
    wanted = [{"op": "replace", "path": f"/*/*/throttling/{limit}", "value": "1000000"} for limit in limits]
    client(url, "apigateway").update_stage(restApiId=api, stageName=stage, patchOperations=wanted)


def bare_address(url: str) -> str:
    """Put a function that answers at once behind an API of its own."""
    lambdas, gateway = client(url, "lambda"), client(url, "apigateway")
    made = lambdas.create_function(
        FunctionName="bare",
        Runtime="python3.13",
        Role="arn:aws:iam::000000000000:role/bare",
        Handler="app.handler",
        Code={"ZipFile": zipped("app.py", BARE)},
    )
    return f"{url}/restapis/{api_before(gateway, made['FunctionArn'])}/bare/_user_request_/x"


def api_before(gateway: Any, function: str) -> str:
    """Return the id of a REST API whose every path is the function's."""
    api = gateway.create_rest_api(name="bare")["id"]
    root = gateway.get_resources(restApiId=api)["items"][0]["id"]
    resource = gateway.create_resource(restApiId=api, parentId=root, pathPart="{proxy+}")["id"]
    place = {"restApiId": api, "resourceId": resource, "httpMethod": "GET"}
    uri = f"arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/{function}/invocations"
    gateway.put_method(**place, authorizationType="NONE")
    gateway.put_integration(**place, type="AWS_PROXY", integrationHttpMethod="POST", uri=uri)
    gateway.create_deployment(restApiId=api, stageName="bare")
    return str(api)


def client(url: str, service: str) -> Any:
    """Return a client of the emulator's."""
    import boto3

    keys = {"aws_access_key_id": "test", "aws_secret_access_key": "test", "region_name": "us-east-1"}
    return boto3.client(service, endpoint_url=url, **keys)


def zipped(name: str, text: str) -> bytes:
    """Return a zip of one file."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        archive.writestr(name, text)
    return target.getvalue()
