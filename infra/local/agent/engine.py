"""Starts, watches and ends the processes of one task."""

from __future__ import annotations

import signal
import time
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
from botocore.exceptions import BotoCoreError, ClientError

from infra.local.agent import output, podman
from infra.local.agent.plan import launches
from infra.local.agent.wire import Container, Launch, Run, Task
from infra.local.processes import group_of, is_running, record, signal_group, spawn

if TYPE_CHECKING:
    import subprocess

    from infra.local.agent.book import Book
    from infra.local.agent.cloud import Cloud
    from infra.local.folder import Folder
    from infra.local.settings import Settings

STOPPED_HERE = "The installation was stopped"


class Engine:
    """Turns tasks into processes; `children` are those whose exit codes this process can learn."""

    def __init__(self, settings: Settings, folder: Folder, cloud: Cloud, book: Book) -> None:
        """Nothing runs yet."""
        self.settings, self.folder, self.cloud, self.book = settings, folder, cloud, book
        self.children: dict[int, subprocess.Popen[bytes]] = {}

    def start(self, task: Task) -> Run:
        """Start a task's containers; one that cannot be started is a task that has ended, with the reason."""
        run = Run(task=task, containers=[], started=time.time())
        work = self.book.work_folder(task.id)
        definitions = self.cloud.containers(task.task_definition_arn)
        try:
            prepared = [(one, self.secrets(one)) for one in launches(task, definitions, self.settings, str(work))]
            for launch, secrets in prepared:
                run.containers.append(self.start_container(launch, work, secrets))
        except (ClientError, KeyError, msgspec.DecodeError) as error:
            self.ask_to_end(run, f"ResourceInitializationError: unable to pull secrets: {error}")
        except OSError as error:
            self.ask_to_end(run, f"CannotStartContainerError: {error}")
        self.book.write(run)
        return run

    def secrets(self, launch: Launch) -> dict[str, str]:
        """Return the values of a container's secrets by variable name."""
        return {reference.name: self.cloud.secret(reference) for reference in launch.secrets}

    def start_container(self, launch: Launch, work: Path, secrets: dict[str, str]) -> Container:
        """Start one process; its secrets go into its environment, never onto its command line."""
        path = work / f"{launch.name}.out"
        child = spawn(launch.argv, log=path, env={**launch.env, **secrets}, cwd=Path(launch.cwd))
        self.children[child.pid] = child
        return Container(
            name=launch.name,
            essential=launch.essential,
            stop_timeout=launch.stop_timeout,
            output=str(path),
            log_file=launch.log_name,
            log_group=launch.log_group,
            log_stream=launch.log_stream,
            process=record(child.pid),
            box=launch.box,
        )

    def watch(self, run: Run) -> None:
        """Notice exits; end the rest of a task that lost an essential container, or that was given its time."""
        for container in run.containers:
            self.note_exit(container)
        dead = [one for one in run.containers if one.essential and not is_alive(one)]
        if dead and not run.stopping:
            self.ask_to_end(run, exit_reason(dead[0]))
        if run.kill_at and time.time() > run.kill_at:
            for container in run.containers:
                signal_all(container, signal.SIGKILL)

    def note_exit(self, container: Container) -> None:
        """Learn the exit code of a process that has ended, and end what it left behind."""
        child = self.children.get(container.process.pid) if container.process else None
        if child is not None and child.poll() is not None:
            container.exit_code = child.returncode if child.returncode >= 0 else 128 - child.returncode
            del self.children[child.pid]
            signal_all(container, signal.SIGKILL)

    def ask_to_end(self, run: Run, reason: str) -> None:
        """Ask all processes of a task to end; `watch` kills what has not ended in the task's own time."""
        run.stopping = reason
        run.kill_at = time.time() + max((one.stop_timeout for one in run.containers), default=0)
        for container in run.containers:
            signal_all(container, signal.SIGTERM)
        self.book.write(run)

    def pass_on_output(self, run: Run, *, final: bool = False) -> None:
        """Move new output to the log file, and to CloudWatch Logs as far as the emulator answers."""
        for container in run.containers:
            while lines := output.new_lines(container, final=final):
                output.append(self.folder.logs / container.log_file, lines)
                if container.log_group:
                    with suppress(ClientError, BotoCoreError):
                        self.cloud.log((container.log_group, container.log_stream), lines)


def signal_all(container: Container, number: int) -> None:
    """Signal a container's process and whatever it started; podman passes on all signals but the last resort."""
    runs = bool(container.process and (is_running(container.process) or group_of(container.process)))
    if container.box and (number == signal.SIGKILL or not runs):
        podman.remove(container.box)
    if container.process and runs:
        signal_group(container.process, number)


def is_alive(container: Container) -> bool:
    """Tell whether a container's process still runs."""
    return is_running(container.process)


def has_ended(run: Run) -> bool:
    """Tell whether no process of a task runs any more."""
    return not any(is_alive(one) for one in run.containers)


def exit_reason(container: Container) -> str:
    """Say in ECS's words why a task ended."""
    code = "unknown: it ended while nobody watched" if container.exit_code is None else container.exit_code
    return f"Essential container in task exited (exit code {code})"
