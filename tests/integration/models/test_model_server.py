"""Models through the API: served to Rasa, tagged, downloaded, uploaded, deleted."""

from __future__ import annotations

import base64
import io
import os
import tarfile
from typing import TYPE_CHECKING, Any
from urllib.request import Request, urlopen

from parlance.adapters import aws, objects
from parlance.domain.jobs import TrainOptions
from parlance.services.jobs import start_training
from tests.integration.models.conftest import Workbench, add, deliver, model_file, says
from tests.support.api import Client, Reply
from tests.support.installation import SERVICE_TOKEN

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

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


def form(name: str, content: bytes) -> tuple[bytes, str]:
    head = f'--B\r\nContent-Disposition: form-data; name="model"; filename="{name}"\r\n\r\n'.encode()
    other = b'--B\r\nContent-Disposition: form-data; name="note"\r\n\r\nhello\r\n'
    return other + head + content + b"\r\n--B--\r\n", "multipart/form-data; boundary=B"


def test_a_small_model_is_uploaded_with_a_form_as_scripts_do(workbench: Workbench, admin: Client) -> None:
    content = model_file(padding=1000)
    body, media = form("mine.tar.gz", content)

    reply = send_bytes(admin, MODELS, body, media)

    assert (reply.status, reply.json["model"], reply.json["version"]) == (201, "mine", "3.6.21")
    assert fetch(admin.get(f"{MODELS}/mine").headers["Location"]) == content
    again = send_bytes(admin, MODELS, body, media)
    assert (again.status, again.json["reason"]) == (409, "ModelExistsError")
    stored = aws.client("s3").list_objects_v2(Bucket=workbench.models)["Contents"]
    assert [key["Key"].partition("/")[0] for key in stored] == ["models", "uploads"]


def test_a_small_model_is_uploaded_as_the_body(workbench: Workbench) -> None:
    reply = send_bytes(Client(), f"{MODELS}?token={SERVICE_TOKEN}&name=mine", model_file(), "application/gzip")

    assert (reply.status, reply.json["created_by"]) == (201, "rasa")


def test_a_model_of_any_size_is_put_into_storage_and_then_registered(workbench: Workbench, admin: Client) -> None:
    content = model_file(padding=6_000_000)
    place = admin.post(f"{MODELS}/uploads", {"size": len(content)})
    assert place.status == 201

    with urlopen(Request(place.json["url"], data=content, method="PUT")) as answer:
        assert answer.status == 200
    done = admin.put(f"{MODELS}/uploads/{place.json['upload']}", {"name": "big"})

    assert (done.status, done.json["size"]) == (201, len(content))
    assert fetch(admin.get(f"{MODELS}/big").headers["Location"]) == content
    assert admin.put(f"{MODELS}/uploads/{place.json['upload']}", {"name": "twice"}).status == 404
    assert admin.put(f"{MODELS}/uploads/..%2Fmodels", {"name": "x"}).status == 404
    assert admin.post(f"{MODELS}/uploads", {"size": 0}).status == 400


def test_a_model_that_comes_in_parts_is_joined(workbench: Workbench, admin: Client) -> None:
    content = model_file(padding=1_000_000)
    upload = admin.post(f"{MODELS}/uploads", {"size": len(content)}).json["upload"]
    parts = [content[start : start + 500] for start in range(0, len(content), 500)]
    assert len(parts) > 1

    for number, part in reversed(list(enumerate(parts, 1))):
        address = f"{MODELS}/uploads/{upload}/parts/{number}"
        assert send_bytes(admin, address, part, "application/octet-stream", "PUT").status == 204
    done = admin.put(f"{MODELS}/uploads/{upload}", {"name": "joined"})

    assert (done.status, done.json["size"]) == (201, len(content))
    assert fetch(admin.get(f"{MODELS}/joined").headers["Location"]) == content
    stored = aws.client("s3").list_objects_v2(Bucket=workbench.models)["Contents"]
    assert [key["Key"] for key in stored] == [f"models/{upload}.tar.gz"]
    for number in ("0", "1000", "x"):
        address = f"{MODELS}/uploads/{upload}/parts/{number}"
        assert send_bytes(admin, address, b"x", "application/octet-stream", "PUT").status == 400


def test_large_parts_are_joined_without_holding_them_all(workbench: Workbench) -> None:
    parts = [os.urandom(4_000_000) for _ in range(5)]
    for number, part in enumerate(parts):
        objects.put(workbench.models, f"large/{number:05}", part)

    assert objects.join(workbench.models, "large/", "whole")
    assert objects.stream(workbench.models, "whole").read() == b"".join(parts)
    assert not objects.join(workbench.models, "nothing/", "whole")


def evil(name: str, **attributes: Any) -> bytes:
    target = io.BytesIO()
    with tarfile.open(fileobj=target, mode="w:gz") as archive:
        member = tarfile.TarInfo(name)
        for attribute, value in attributes.items():
            setattr(member, attribute, value)
        archive.addfile(member)
        add(archive, "metadata.json", b"{}")
    return target.getvalue()


NO_MODELS = [
    (b"x", "ModelSaveError"),
    (model_file()[:-30], "ModelSaveError"),
    (model_file("other.json"), "ModelSaveError"),
    (evil("../../etc/passwd"), "ModelSaveError"),
    (evil("/etc/passwd"), "ModelSaveError"),
    (evil("link", type=tarfile.SYMTYPE, linkname="/etc/passwd"), "ModelSaveError"),
    (evil("components/empty"), "ModelSaveError"),
    (model_file(rasa_open_source_version="3.5.17"), "ModelVersionError"),
    (model_file(rasa_open_source_version="x"), "ModelVersionError"),
]


def test_what_is_no_model_for_this_rasa_is_refused(
    workbench: Workbench, admin: Client, subtests: pytest.Subtests
) -> None:
    for number, (content, reason) in enumerate(NO_MODELS):
        with subtests.test(number=number):
            reply = send_bytes(admin, f"{MODELS}?name=bad", content, "application/gzip")

            assert (reply.status, reply.json["reason"]) == (400, reason)
            assert admin.get(MODELS).json == []


def test_a_name_that_cannot_stand_in_a_path_is_refused(
    workbench: Workbench, admin: Client, subtests: pytest.Subtests
) -> None:
    for name in ["jobs", "a/b", "..", "", "x" * 200]:
        with subtests.test(name=name):
            assert send_bytes(admin, f"{MODELS}?name={name}", model_file(), "application/gzip").status == 400


def test_testers_look_and_annotators_do_not_touch(imported: Workbench, tester: Client, annotator: Client) -> None:
    trained(imported, "first")

    assert tester.get(MODELS).status == 200
    for client in (tester, annotator):
        assert client.delete(f"{MODELS}/first").status == 403
        assert client.put(f"{MODELS}/first/tags/production").status == 403
        assert client.post(f"{MODELS}/jobs").status == 403


def test_a_real_model_of_rasa_is_understood(workbench: Workbench, admin: Client, tmp_path: Path) -> None:
    """Rasa packs with `tar.add(folder, arcname="")`: an entry without a name comes first."""
    (tmp_path / "components").mkdir()
    (tmp_path / "metadata.json").write_text(
        '{"trained_at":"2026-11-22T10:00:00.123","rasa_open_source_version":"3.6.21"}'
    )
    target = io.BytesIO()
    with tarfile.open(fileobj=target, mode="w:gz") as archive:
        archive.add(tmp_path, arcname="")

    assert send_bytes(admin, f"{MODELS}?name=real", target.getvalue(), "application/gzip").status == 201
