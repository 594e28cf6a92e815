"""The process around Rasa: a fake `rasa` in the project's folder plays success, refusal and crash."""

import os
import signal
import sys
import threading
import time

import pytest

from parlance_rasa.tasks.failure import TrainingFailedError
from parlance_rasa.tasks.process import Process, complaint


@pytest.fixture
def train(tmp_path):
    def prepare(script, on_line=lambda line: None):
        (tmp_path / "rasa").mkdir()
        (tmp_path / "rasa" / "__init__.py").touch()
        (tmp_path / "rasa" / "__main__.py").write_text("import os, sys, time, signal\n" + script)
        return Process(["-m", "rasa", "train"], str(tmp_path), on_line)

    return prepare


def test_a_training_that_succeeds_returns_and_every_bar_is_a_line(train):
    seen = []
    training = train("sys.stderr.write('Epochs:   0%| | 0/2 [\\rEpochs:  50%| | 1/2 [\\n'); print('done')", seen.append)

    training.run()

    assert [line for line in seen if line] == ["Epochs:   0%| | 0/2 [", "Epochs:  50%| | 1/2 [", "done"]
    assert list(training.log) == ["done"]


def test_one_that_was_begun_early_is_told_what_to_do(train):
    training = train("print('told', sys.stdin.read())")
    training.begin()

    training.run('["x"]')

    assert list(training.log) == ['told ["x"]']


def test_one_that_ends_before_it_is_told_says_why(train):
    training = train("print('SomeError: no room'); sys.exit(3)")
    training.begin()
    training._process.wait()

    with pytest.raises(TrainingFailedError, match="no room"):
        training.run("x" * 100)


def test_one_that_is_never_told_is_ended(train):
    training = train("time.sleep(600)")
    training.begin()

    training.abandon()

    assert training._process.returncode == -signal.SIGKILL


def test_a_refusal_fails_with_rasas_own_words(train):
    training = train("print('\\x1b[91mYamlException: Failed to read domain.yml, line 3\\x1b[0m'); sys.exit(1)")

    with pytest.raises(TrainingFailedError, match=r"Failed to read domain\.yml, line 3") as failure:
        training.run()

    assert failure.value.code == "TrainingFailed"


def test_a_crash_is_told_apart_from_a_refusal(train):
    with pytest.raises(TrainingFailedError, match=r"SIGKILL.*memory") as failure:
        train("os.kill(os.getpid(), signal.SIGKILL)").run()

    assert failure.value.code == "TrainingKilled"


def test_a_stopped_training_ends_soon_and_says_so(train):
    training = train("print('started', flush=True); time.sleep(600)", lambda line: line and training.stop())

    started = time.monotonic()
    with pytest.raises(TrainingFailedError, match="stopped") as failure:
        training.run()

    assert failure.value.code == "Stopped"
    assert time.monotonic() - started < 300


def test_a_stop_that_comes_before_the_start_is_kept(train):
    training = train("time.sleep(600)")
    training.stop()

    with pytest.raises(TrainingFailedError, match="stopped"):
        training.run()


@pytest.mark.skipif(sys.platform != "linux", reason="Linux ends children with their parent when asked to")
def test_no_training_outlives_its_task(train, tmp_path):
    train("open('pid', 'w').write(str(os.getpid())); time.sleep(600)")
    script = "from parlance_rasa.tasks.process import Process; Process(['-m', 'rasa', 'train'], %r, print).run()" % str(
        tmp_path
    )
    worker = os.spawnve(
        os.P_NOWAIT, sys.executable, [sys.executable, "-c", script], dict(os.environ, PYTHONPATH=":".join(sys.path))
    )
    deadline = time.monotonic() + 120
    while not (tmp_path / "pid").exists() or not (tmp_path / "pid").read_text():
        assert time.monotonic() < deadline
        time.sleep(0.05)

    os.kill(worker, signal.SIGKILL)
    os.waitpid(worker, 0)

    child = int((tmp_path / "pid").read_text())
    while _runs(child):
        assert time.monotonic() < deadline
        time.sleep(0.05)


def _runs(pid):
    try:
        with open("/proc/%d/stat" % pid) as file:
            return file.read().split()[2] != "Z"
    except FileNotFoundError:
        return False


@pytest.mark.parametrize(
    ("log", "sentence"),
    [
        (["INFO  loading", "Project validation completed with errors."], "Project validation completed with errors."),
        (
            ["ValueError: no", "rasa.X.GraphComponentException: Error running node 7."],
            "ValueError: no (Error running node 7.)",
        ),
        (["KeyError: 'x'", "2026 INFO  ending"], "KeyError: 'x'"),
        (["something odd"], "something odd"),
        ([], "Rasa ended without a word."),
    ],
)
def test_the_complaint_is_the_line_that_says_what_is_wrong(log, sentence):
    assert complaint(log) == sentence


def test_stopping_twice_and_late_harms_nothing(train):
    training = train("pass")
    training.run()

    threading.Thread(target=training.stop).start()
    training.stop()
