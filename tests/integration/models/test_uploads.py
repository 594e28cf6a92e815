"""Models that people bring along: judged before anybody sees them."""

from __future__ import annotations

import hashlib
import io
import os
import tarfile
from datetime import timedelta
from typing import TYPE_CHECKING, Any
from urllib.request import Request, urlopen

from parlance.adapters import aws, objects
from parlance.adapters import models as registry
from parlance.domain.errors import Unavailable
from parlance.domain.model_archive import inspect
from parlance.services import models, unowned_files
from tests.integration.models.conftest import Workbench, add, model_file
from tests.integration.models.test_model_server import MODELS, fetch, send_bytes
from tests.support.api import Client
from tests.support.installation import SERVICE_TOKEN

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

    from parlance.domain.models import Metadata


def keys_in(bench: Workbench) -> list[str]:
    """Return the keys of all that storage has."""
    return [found["Key"] for found in aws.client("s3").list_objects_v2(Bucket=bench.models).get("Contents", ())]


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
    assert [key.partition("/")[0] for key in keys_in(workbench)] == ["models"]


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


def test_what_is_put_after_it_was_judged_is_not_what_is_registered(
    workbench: Workbench, admin: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    good = model_file(padding=1000)
    place = admin.post(f"{MODELS}/uploads", {"size": len(good)}).json

    def put(content: bytes) -> None:
        urlopen(Request(place["url"], data=content, method="PUT")).close()

    def judged(stream: Any, size: int) -> Metadata:
        found = inspect(stream, size)
        put(b"x" * len(good))
        return found

    put(good)
    monkeypatch.setattr(models, "inspect", judged)
    done = admin.put(f"{MODELS}/uploads/{place['upload']}", {"name": "swapped"})

    assert (done.status, done.json["hash"]) == (201, hashlib.md5(good).hexdigest())
    assert fetch(admin.get(f"{MODELS}/swapped").headers["Location"]) == good


def test_an_upload_that_cannot_be_tidied_away_is_registered_all_the_same(
    workbench: Workbench, admin: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuses(*_: object) -> None:
        raise Unavailable("The file storage does not answer.")

    content = model_file()
    place = admin.post(f"{MODELS}/uploads", {"size": len(content)}).json
    urlopen(Request(place["url"], data=content, method="PUT")).close()
    monkeypatch.setattr(objects, "delete", refuses)

    assert admin.put(f"{MODELS}/uploads/{place['upload']}", {"name": "kept"}).status == 201
    assert [found["model"] for found in admin.get(MODELS).json] == ["kept"]


def test_an_upload_that_an_outage_cuts_before_it_is_registered_leaves_no_file(
    workbench: Workbench, admin: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuses(*_: object) -> None:
        raise Unavailable("It does not answer.")

    address, content = f"{MODELS}?name=mine", model_file()
    for broken, status in (((registry, "add"), 503), ((objects, "delete"), 201)):
        with monkeypatch.context() as outage:
            outage.setattr(*broken, refuses)
            assert send_bytes(admin, address, content, "application/gzip").status == status
    assert len(keys_in(workbench)) == 4, "two files and their notes"

    assert unowned_files.remove_unowned() == 0, "it may still be on its way"
    monkeypatch.setattr(unowned_files, "PATIENCE", timedelta(hours=-1))
    assert unowned_files.remove_unowned() == 1

    assert fetch(admin.get(f"{MODELS}/mine").headers["Location"]) == content
    assert [key.partition("/")[0] for key in keys_in(workbench)] == ["models"]
    assert unowned_files.remove_unowned() == 0


def test_what_is_refused_leaves_nothing_and_may_be_finished_under_another_name(
    workbench: Workbench, admin: Client
) -> None:
    trained_elsewhere, content = model_file(rasa_open_source_version="2.8.1"), model_file()
    assert send_bytes(admin, f"{MODELS}?name=old", trained_elsewhere, "application/gzip").status == 400
    assert keys_in(workbench) == []
    assert send_bytes(admin, f"{MODELS}?name=mine", content, "application/gzip").status == 201
    place = admin.post(f"{MODELS}/uploads", {"size": len(content)}).json
    urlopen(Request(place["url"], data=content, method="PUT")).close()

    said = [admin.put(f"{MODELS}/uploads/{place['upload']}", {"name": name}).status for name in ("mine", "yours")]

    assert said == [409, 201]
    assert len(keys_in(workbench)) == 2


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
    assert [key.partition("/")[0] for key in keys_in(workbench)] == ["models"]
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
    (model_file(rasa_open_source_version=f"{'9' * 5000}.0.0"), "ModelVersionError"),
    (model_file(trained_at="0001-01-01T00:00:00+14:00"), "ModelSaveError"),
    (evil("holes", pax_headers={"GNU.sparse.map": "a,b"}), "ModelSaveError"),
]


def test_what_is_no_model_for_this_rasa_is_refused(
    workbench: Workbench, admin: Client, subtests: pytest.Subtests
) -> None:
    for number, (content, reason) in enumerate(NO_MODELS):
        with subtests.test(number=number):
            reply = send_bytes(admin, f"{MODELS}?name=bad", content, "application/gzip")

            assert (reply.status, reply.json["reason"]) == (400, reason)
            assert admin.get(MODELS).json == []
            assert keys_in(workbench) == []


def test_a_name_that_cannot_stand_in_a_path_is_refused(
    workbench: Workbench, admin: Client, subtests: pytest.Subtests
) -> None:
    for name in ["jobs", "a/b", "..", "", "x" * 200]:
        with subtests.test(name=name):
            assert send_bytes(admin, f"{MODELS}?name={name}", model_file(), "application/gzip").status == 400


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


def test_a_sweep_looks_for_files_without_a_model_once_an_hour(
    workbench: Workbench, monkeypatch: pytest.MonkeyPatch
) -> None:
    looks: list[int] = []
    monkeypatch.setattr(unowned_files, "remove_unowned", lambda: looks.append(1) or 7)
    monkeypatch.setattr(unowned_files, "_looked", {})

    assert [unowned_files.look_for_unowned() for _ in range(3)] == [7, 0, 0]
    an_hour_ago = {bucket: at - 3601 for bucket, at in unowned_files._looked.items()}
    monkeypatch.setattr(unowned_files, "_looked", an_hour_ago)
    assert [unowned_files.look_for_unowned() for _ in range(3)] == [7, 0, 0]
