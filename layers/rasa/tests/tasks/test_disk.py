"""Disks that are really full: a task whose folder is a file system of some kilobytes."""

import errno
import io
import random
import subprocess
import sys
import tempfile
import zipfile

import pytest

from parlance_rasa.tasks.disk import blamed

MOUNT = 'mount -t tmpfs -o size="$1" tmpfs "$2" && cd "$2" && shift 2 && exec "$@"'
NOISE = random.Random(1).getrandbits(8 * 200_000).to_bytes(200_000, "little")
CHILDREN = {
    "Python": "open('model', 'wb').write(bytes(10**6))",
    "SQLite": "import sqlite3; sqlite3.connect('cache.db').execute('CREATE TABLE t AS SELECT zeroblob(1000000)')",
}
WATCHED = """
from parlance_rasa.tasks.failure import TrainingFailedError
from parlance_rasa.tasks.process import Process
try:
    Process(["-c", %r], ".", print).run()
except TrainingFailedError as error:
    print(error.code, error)
"""


@pytest.fixture
def small(tmp_path, monkeypatch):
    """Run a command where the folder for temporary files is a disk of 64 KB, which nobody else sees."""
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setenv("PYTHONPATH", ":".join(sys.path))

    def run(*command):
        command = ["unshare", "--mount", "sh", "-c", MOUNT, "sh", "64k", str(tmp_path), *command]
        return subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)

    tried = run("true")
    if tried.returncode:
        pytest.skip("A disk cannot be mounted here, which takes root: %s" % tried.stdout.strip())
    return run


@pytest.fixture
def task(small, emulator, monkeypatch):
    """Run the task's command; returns its exit code and its last message."""
    settings = {
        "AWS_ENDPOINT_URL": emulator.url,
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_DEFAULT_REGION": "us-east-1",
        "JOB_ID": "full",
        "JOBS_QUEUE": emulator.queue,
        "DATA_BUCKET": "data",
        "PROJECT_KEY": "projects/full.zip",
        "MODELS_BUCKET": "data",
        "MODEL_KEY": "models/full.tar.gz",
    }
    for name, value in settings.items():
        monkeypatch.setenv(name, value)

    def run():
        done = small(sys.executable, "-m", "parlance_rasa.tasks.train")
        return done.returncode, max((message for message, _ in emulator.everything()), key=lambda said: said["seq"])

    return run


@pytest.mark.parametrize("content", [bytes(10**6), NOISE], ids=["unpacked", "fetched"])
def test_a_project_that_does_not_fit_fails_its_job_which_names_the_disk(task, emulator, tmp_path, content):
    body = io.BytesIO()
    with zipfile.ZipFile(body, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("data/nlu.yml", content)
    emulator.client("s3").put_object(Bucket="data", Key="projects/full.zip", Body=body.getvalue())

    code, said = task()

    assert (code, said["state"], said["error"]["code"]) == (1, "failed", "DiskFull"), said
    assert said["error"]["message"].startswith("The task's disk is full (%s, 0.1 MB). OSError: [Errno 28]" % tmp_path)


def test_a_disk_that_no_folder_can_be_found_on_is_full_too(monkeypatch):
    monkeypatch.delenv("TMPDIR", raising=False)
    monkeypatch.setattr(tempfile, "tempdir", None)
    monkeypatch.setattr(tempfile, "_candidate_tempdir_list", list)
    with pytest.raises(FileNotFoundError) as raised:
        tempfile.gettempdir()

    code, said = blamed(raised.value)

    assert code == "DiskFull"
    assert said.startswith("The task's disk is full. FileNotFoundError: [Errno 2] No usable temporary directory")


def test_a_full_disk_is_told_though_tmpdir_leads_nowhere(monkeypatch, tmp_path):
    monkeypatch.setenv("TMPDIR", str(tmp_path / "none"))

    assert blamed(OSError(errno.ENOSPC, "No space")) == (
        "DiskFull",
        "The task's disk is full. OSError: [Errno 28] No space",
    )


@pytest.mark.parametrize("child", CHILDREN)
def test_a_disk_that_rasa_fills_is_told_from_other_failures(small, tmp_path, child):
    said = small(sys.executable, "-c", WATCHED % CHILDREN[child]).stdout

    assert "DiskFull The task's disk is full (%s, 0.1 MB). " % tmp_path in said
