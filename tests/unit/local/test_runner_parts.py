"""Small parts of the runner: logs, files, ports, processes, the supervisor's keeper, the smoke test's phrases."""

from __future__ import annotations

import os
import socket
import sys
import time
from pathlib import Path  # noqa: TC003 - one import for both uses
from types import SimpleNamespace

import msgspec
import pytest

from infra.local import daemon, emulator_main, logfile, preflight
from infra.local.agent import output
from infra.local.agent.wire import Container, Run, Service, Task
from infra.local.assistant import described, project_files
from infra.local.deployed import note_deployed
from infra.local.failure import RunnerError
from infra.local.folder import Folder, folder_of, read_json, write_private
from infra.local.installation import parameters
from infra.local.parts import Part
from infra.local.phrases import Phrase, intent_phrases
from infra.local.ports import check_ports, holder
from infra.local.processes import Record, is_running, record, spawn, stop
from infra.local.report import shortages
from infra.local.settings import ROOT, Settings
from infra.local.status import current_status
from infra.local.supervisor import GIVE_UP, Keeper
from infra.local.up import alone
from infra.local.vault import vault


def keeper(tmp_path: Path, code: str, *, ready=True, clock=time.monotonic) -> Keeper:
    part = Part(
        name="x", title="The x", command=[sys.executable, "-c", code], env=dict(os.environ), is_ready=lambda: ready
    )
    return Keeper(part, Folder(tmp_path).make(), clock)


def until(question, seconds=90.0):
    end = time.monotonic() + seconds
    while not question() and time.monotonic() < end:
        time.sleep(0.02)
    assert question()


def test_a_part_that_dies_is_started_again_later_each_time(tmp_path):
    it = keeper(tmp_path, "print('sorry'); raise SystemExit(7)")
    it.tick()
    until(lambda: it.tick() or it.status.restarts)

    first = it.next_try - it.clock()

    assert it.status.state == "restarting"
    assert "The x ended with code 7" in it.status.message
    assert it.status.message.endswith("sorry")
    assert 0 < first <= 0.5


def test_a_part_that_never_works_is_given_up_with_its_last_words(tmp_path):
    now = [0.0]
    it = keeper(tmp_path, "raise SystemExit('no such thing')", ready=False, clock=lambda: now[0])

    def step():
        now[0] += 0.01
        it.tick()
        now[0] = max(now[0], it.next_try)
        return it.status.state == "failed"

    until(step)

    assert it.failures == GIVE_UP
    assert it.status.message.endswith("no such thing")
    assert it.process is None


def test_a_running_part_is_ended_with_all_that_it_started(tmp_path):
    it = keeper(tmp_path, "import subprocess, time; subprocess.Popen(['sleep', '61']); time.sleep(60)")
    it.tick()
    process = it.status.process
    until(lambda: it.tick() or it.status.state == "running")

    it.end()

    assert not is_running(process)


def test_a_pid_that_was_given_to_another_process_is_not_ours():
    mine = record(os.getpid())

    assert is_running(mine)
    assert not is_running(Record(mine.pid, mine.started - 100))


def test_a_process_deaf_to_sigterm_is_killed(tmp_path):
    code = "import signal, time; signal.signal(15, signal.SIG_IGN); print('on', flush=True); time.sleep(60)"
    child = spawn([sys.executable, "-c", code], log=tmp_path / "log", env=os.environ, cwd=tmp_path)
    until(lambda: (tmp_path / "log").read_text() == "on\n")

    stop(record(child.pid), grace=0.3)

    assert child.wait(120) == -9
    assert oct((tmp_path / "log").stat().st_mode)[-3:] == "600"


def test_a_log_over_its_limit_keeps_its_end_and_its_writer(tmp_path):
    log = tmp_path / "a.log"
    with log.open("a") as writer:
        writer.write("x" * 50 + "end\n")
        writer.flush()
        logfile.trim(log, 20)
        writer.write("new\n")

    assert log.read_text() == "new\n"
    assert (tmp_path / "a.log.1").read_text().endswith("xend\n")


def test_private_files_are_whole_and_for_their_owner_only(tmp_path):
    write_private(tmp_path / "a.json", {"a": 1})

    assert read_json(tmp_path / "a.json", dict) == {"a": 1}
    assert oct((tmp_path / "a.json").stat().st_mode)[-3:] == "600"


def test_passwords_are_made_once(tmp_path):
    folder = Folder(tmp_path).make()

    assert vault(folder) == vault(folder)
    assert oct(folder.root.stat().st_mode)[-3:] == "700"
    assert oct(folder.secrets.stat().st_mode)[-3:] == "600"


def test_a_port_in_use_names_its_holder_and_the_setting():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]

        with pytest.raises(RunnerError) as caught:
            check_ports(Settings(port=port))

    assert f"process {os.getpid()}" in str(caught.value)
    assert "make up PARLANCE_PORT=" in str(caught.value)
    assert holder(1) == "another program"


def test_a_full_disk_and_a_missing_rasa_are_said_before_anything_starts(tmp_path, monkeypatch):
    monkeypatch.setattr(preflight, "GIGABYTES_NEEDED", 1e9)

    with pytest.raises(RunnerError, match="GB free"):
        preflight.check_disk(tmp_path)
    with pytest.raises(RunnerError, match="make install"):
        preflight.check_rasa(Settings(rasa_python=str(tmp_path / "none")))


def test_the_emulator_of_an_installation_does_not_move(tmp_path):
    settings = Settings(state=str(tmp_path), emulator_port=4570)
    folder = folder_of(settings).make()
    write_private(folder.settings, {"PARLANCE_EMULATOR_PORT": "4566"})
    preflight.check_emulator_port(settings)  # nothing was deployed yet

    note_deployed(folder, {"RestApiId": "a", "ApiStage": "b", "UiBucket": "c"})

    with pytest.raises(RunnerError, match="PARLANCE_EMULATOR_PORT=4566"):
        preflight.check_emulator_port(settings)


def test_output_is_passed_on_line_by_line_and_bars_by_their_last_state(tmp_path):
    path = tmp_path / "out"
    container = Container(
        name="r", essential=True, stop_timeout=1, output=str(path), log_file="l", log_group="", log_stream=""
    )
    path.write_bytes(b"one\n10%\r50%\r100%\nhalf a li")

    first = output.new_lines(container)
    path.write_bytes(path.read_bytes() + b"ne")
    rest = output.new_lines(container, final=True)

    assert (first, rest) == (["one", "100%"], ["half a line"])


def test_examples_lose_their_annotations():
    entry = {"intent": "inform", "examples": '- for [2](party_size)\n- at [7]{"entity": "time"}\n'}

    assert intent_phrases(entry) == [Phrase("for 2", "inform"), Phrase("at 7", "inform")]


def test_the_example_assistant_is_a_project_without_its_code():
    files = project_files(ROOT / "examples" / "concierge")

    assert "config.yml" in files
    assert not any(name.startswith("actions") for name in files)


def test_a_folder_that_is_no_assistant_is_refused(tmp_path):
    with pytest.raises(RunnerError, match="is no Rasa project"):
        project_files(tmp_path)


def test_a_training_is_described_by_share_component_and_epoch():
    assert described({"percent": 40, "component": "DIET", "epoch": 4, "epochs": 10}, "running") == (
        0.4,
        "DIET epoch 4/10",
    )
    assert described({}, "queued") == (0.0, "queued")


def test_two_make_ups_do_not_mix(tmp_path):
    with alone(tmp_path / "lock"), pytest.raises(RunnerError, match="Another `make up`"), alone(tmp_path / "lock"):
        pass
    with alone(tmp_path / "lock"):
        pass


def test_an_action_server_runs_only_for_an_assistant_with_actions(tmp_path):
    example = parameters(Settings(assistant=str(ROOT / "examples" / "concierge")), {})
    plain = parameters(Settings(assistant=str(tmp_path)), {})

    assert (example["ActionsCount"], plain["ActionsCount"]) == ("1", "0")


def test_a_service_without_its_task_is_told():
    service = Service("rasa", "cluster", desired_count=1, running_count=1)
    idle = Service("actions", "cluster", desired_count=0, running_count=0)
    task = Task("a/1", "cluster", "d", "RUNNING", group="service:rasa")

    assert shortages([service, idle], []) == ["rasa: 0 of 1 tasks run; `make logs` shows why."]
    assert shortages([service, idle], [Run(task=task, containers=[], started=0.0)]) == []


def test_a_part_that_comes_back_is_told_so_and_a_first_start_is_not(tmp_path):
    back = []
    it = keeper(tmp_path, "import time; time.sleep(60)")
    it.part = msgspec.structs.replace(it.part, when_back=lambda: back.append(1))
    until(lambda: it.tick() or it.status.state == "running")
    first = list(back)
    it.process.kill()
    until(lambda: it.tick() or it.status.restarts)
    until(lambda: it.tick() or it.status.state == "running")
    it.end()

    assert (first, back) == ([], [1])


def test_a_supervisor_is_known_from_its_first_moment(tmp_path, monkeypatch):
    settings = Settings(state=str(tmp_path / "state"))
    monkeypatch.setattr(daemon, "spawn", lambda *_, **__: SimpleNamespace(pid=os.getpid()))

    assert daemon.ensure_running(settings)
    assert not daemon.ensure_running(settings)
    status = current_status(Folder(settings.state))
    assert (status.state_of("postgres"), status.all_running()) == ("waiting", False)


def test_the_emulator_saves_nothing_before_it_has_loaded_what_it_saved_last(monkeypatch):
    answers = [False, False, True]
    monkeypatch.setenv("GATEWAY_PORT", "1")
    monkeypatch.setattr(emulator_main.time, "sleep", lambda _seconds: None)
    monkeypatch.setattr(emulator_main, "answers_ok", lambda _url: answers.pop(0))

    emulator_main.wait_until_loaded()

    assert answers == []
