"""Rasa's cache between two trainings."""

import io
import os
import tarfile

import pytest

from parlance_rasa.tasks import cache


@pytest.fixture
def bucket(emulator, monkeypatch):
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "test")
    monkeypatch.setenv("AWS_ENDPOINT_URL", emulator.url)
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    monkeypatch.setenv("RASA_MAX_CACHE_SIZE", "1000")
    emulator.client("s3").delete_object(Bucket="data", Key=cache.KEY)
    return "data"


def folder_of(place, name):
    (place / name / cache.FOLDER / "one").mkdir(parents=True)
    (place / name / cache.FOLDER / "one" / "weights").write_text("w")
    (place / name / cache.FOLDER / "cache.db").write_text("db")
    return str(place / name)


def test_what_one_training_kept_the_next_one_has(bucket, tmp_path):
    (tmp_path / "second").mkdir()

    assert cache.keep(bucket, folder_of(tmp_path, "first"))
    assert cache.restore(bucket, str(tmp_path / "second"))

    found = tmp_path / "second" / cache.FOLDER
    assert ((found / "one" / "weights").read_text(), (found / "cache.db").read_text()) == ("w", "db")
    cache.limit()
    assert os.environ["RASA_MAX_CACHE_SIZE"] == "300"
    assert os.listdir(str(tmp_path / "second")) == [".rasa"]


def test_without_a_cache_or_a_bucket_everything_is_trained(bucket, tmp_path, monkeypatch):
    assert not cache.restore(bucket, str(tmp_path))
    assert not cache.keep(bucket, str(tmp_path))
    assert not cache.keep("nobodys-bucket", folder_of(tmp_path, "first"))
    monkeypatch.setattr(cache, "MOST_BYTES", 1)
    assert not cache.keep(bucket, folder_of(tmp_path, "second"))


def test_a_hostile_cache_writes_nothing_outside(bucket, tmp_path, emulator):
    body = io.BytesIO()
    with tarfile.open(fileobj=body, mode="w") as archive:
        for name in ("../outside", "/tmp/absolute", "one/../../../up", "fine"):
            member = tarfile.TarInfo(name)
            member.size = 1
            archive.addfile(member, io.BytesIO(b"x"))
        link = tarfile.TarInfo("link")
        link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
        archive.addfile(link)
    emulator.client("s3").put_object(Bucket="data", Key=cache.KEY, Body=body.getvalue())
    (tmp_path / "p").mkdir()

    assert cache.restore(bucket, str(tmp_path / "p"))

    assert [str(path.relative_to(tmp_path)) for path in tmp_path.rglob("*") if path.is_file()] == ["p/.rasa/cache/fine"]


def test_a_broken_cache_is_none(bucket, tmp_path, emulator):
    emulator.client("s3").put_object(Bucket="data", Key=cache.KEY, Body=b"no tar")

    assert not cache.restore(bucket, str(tmp_path))
    assert os.listdir(str(tmp_path)) == []
