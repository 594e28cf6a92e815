"""Models through the API: served to Rasa, tagged, downloaded, deleted."""

from __future__ import annotations

import base64
from urllib.request import Request, urlopen

from parlance.adapters import aws
from parlance.domain.jobs import TrainOptions
from parlance.services.jobs import start_training
from tests.integration.models.conftest import Workbench, deliver, model_file, says
from tests.support.api import Client, Reply
from tests.support.installation import SERVICE_TOKEN

MODELS = "/projects/default/models"
TAG = f"{MODELS}/tags/production"


def trained(bench: Workbench, name: str, body: bytes | None = None) -> str:
    """Train a model of that name and return its file's ETag."""
    job = start_training(TrainOptions(force=True), "ada")
    bench.finish(job.id, body)
    result = {"name": name, "rasa_version": "3.6.21", "trained_at": "2026-11-22T10:00:00Z"}
    deliver(says(job.id, "succeeded", 1, result=result))
    return str(aws.client("s3").head_object(Bucket=bench.models, Key=job.model_key)["ETag"])


def send_bytes(client: Client, path: str, body: bytes, media: str, method: str = "POST") -> Reply:
    """Send a binary body as API Gateway hands it over."""
    from functions.api.app import app

    event = client.event(method, path, body=base64.b64encode(body).decode(), headers={"Content-Type": media})
    answer = app({**event, "isBase64Encoded": True}, None)
    return Reply(answer["statusCode"], answer["headers"], answer["body"])


def fetch(url: str, **headers: str) -> bytes:
    with urlopen(Request(url, headers=headers)) as answer:
        return bytes(answer.read())


def test_without_a_model_the_tag_is_not_found(imported: Workbench, admin: Client) -> None:
    reply = admin.get(TAG)

    assert (reply.status, reply.json["reason"]) == (404, "TagNotFound")


def test_a_rasa_server_is_sent_to_storage_and_then_told_that_nothing_changed(imported: Workbench) -> None:
    body = model_file(padding=100_000)
    etag = trained(imported, "first", body)
    rasa = Client()

    first = rasa.get(f"{TAG}?token={SERVICE_TOKEN}", headers={"If-None-Match": "a-random-uuid"})
    assert (first.status, first.headers["ETag"], first.headers["filename"]) == (302, etag, "first.tar.gz")
    with urlopen(first.headers["Location"]) as answer:
        assert answer.read() == body
        assert answer.headers["ETag"] == etag

    for known in (etag, etag.strip('"'), f"W/{etag}", f'"other", {etag}'):
        again = rasa.get(f"{TAG}?token={SERVICE_TOKEN}", headers={"If-None-Match": known})
        assert (again.status, again.text) == (204, "")


def test_moving_the_tag_serves_the_other_model_at_once(imported: Workbench, admin: Client) -> None:
    first, second = trained(imported, "first"), trained(imported, "second")

    assert admin.get(TAG).headers["ETag"] == first
    assert admin.put(f"{MODELS}/second/tags/production").status == 204

    reply = admin.get(TAG, headers={"If-None-Match": first})
    assert (reply.status, reply.headers["ETag"]) == (302, second)
    tags = {model["model"]: model["tags"] for model in admin.get(MODELS).json}
    assert tags == {"first": [], "second": ["production"]}


def test_the_model_server_wants_a_token(imported: Workbench) -> None:
    assert Client().get(TAG).status == 401
    assert Client().get(f"{TAG}?token=wrong").status == 401


def test_models_are_listed_as_the_contract_says(imported: Workbench, admin: Client) -> None:
    etag = trained(imported, "first")
    trained(imported, "second")

    reply = admin.get(f"{MODELS}?tag=production")

    assert reply.total == 1
    (model,) = reply.json
    assert (
        model.items()
        >= {
            "hash": etag.strip('"'),
            "model": "first",
            "project": "default",
            "trained_at": 1795341600.0,
            "version": "3.6.21",
            "tags": ["production"],
        }.items()
    )
    assert admin.get(f"{MODELS}?limit=1").total == 2
    assert admin.get(f"{MODELS}?limit=x").status == 400


def test_tags_are_given_and_taken(imported: Workbench, admin: Client) -> None:
    trained(imported, "first")

    assert admin.put(f"{MODELS}/first/tags/staging").status == 204
    assert admin.put(f"{MODELS}/first/tags/staging").status == 204
    assert admin.get(f"{MODELS}/tags/staging").status == 302
    assert admin.delete(f"{MODELS}/first/tags/staging").status == 204
    assert admin.delete(f"{MODELS}/first/tags/staging").status == 404
    assert admin.put(f"{MODELS}/nobody/tags/staging").status == 404
    assert admin.put(f"{MODELS}/first/tags/a%2Fb").status == 400


def test_a_model_is_downloaded_by_its_name(imported: Workbench, admin: Client) -> None:
    body = model_file()
    trained(imported, "first", body)

    reply = admin.get(f"{MODELS}/first")
    told = admin.get(f"{MODELS}/first", headers={"Accept": "application/json"})

    assert (reply.status, fetch(reply.headers["Location"])) == (302, body)
    assert (told.status, fetch(told.json["url"])) == (200, body)
    assert admin.get(f"{MODELS}/nobody").status == 404


def test_a_served_model_cannot_be_deleted_another_one_can(imported: Workbench, admin: Client) -> None:
    trained(imported, "first")
    trained(imported, "second")
    admin.put(f"{MODELS}/second/tags/staging")

    refused = admin.delete(f"{MODELS}/first")
    assert (refused.status, refused.json["reason"]) == (409, "ModelInUse")
    assert admin.delete(f"{MODELS}/second").status == 204
    assert admin.delete(f"{MODELS}/second").status == 404
    assert len(aws.client("s3").list_objects_v2(Bucket=imported.models)["Contents"]) == 1


def test_testers_look_and_annotators_do_not_touch(imported: Workbench, tester: Client, annotator: Client) -> None:
    trained(imported, "first")

    assert tester.get(MODELS).status == 200
    for client in (tester, annotator):
        assert client.delete(f"{MODELS}/first").status == 403
        assert client.put(f"{MODELS}/first/tags/production").status == 403
        assert client.post(f"{MODELS}/jobs").status == 403
