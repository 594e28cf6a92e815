"""The agent's loop: what ECS wants against what runs here."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from infra.local.agent.engine import STOPPED_HERE, Engine, has_ended
from infra.local.agent.plan import delay_after

if TYPE_CHECKING:
    from collections.abc import Callable

    from infra.local.agent.book import Book
    from infra.local.agent.cloud import Cloud
    from infra.local.agent.wire import Run, Service, Task

SETTLED = 60.0
LOST_FOR_GOOD = 60.0
SECONDS_BETWEEN_REFILLS = 2.0
SECONDS_BETWEEN_CLEANINGS = 600.0


class Agent:
    """Keeps processes and tasks in step; holds no AWS and no process calls of its own."""

    def __init__(self, cloud: Cloud, engine: Engine, book: Book, now: Callable[[], float] = time.time) -> None:
        """Take over the processes that an agent before this one left."""
        self.cloud, self.engine, self.book, self.now = cloud, engine, book, now
        self.runs: dict[str, Run] = {run.task.task_arn: run for run in book.runs()}
        self.done: set[str] = set()
        self.failures: dict[str, int] = {}
        self.not_before: dict[str, float] = {}
        self.next_refill, self.next_cleaning = 0.0, 0.0
        self.closing = False

    def turn(self) -> None:
        """Do one round; raises botocore's errors when the emulator does not answer, but watches the processes first."""
        for run in self.runs.values():
            self.engine.watch(run)
            self.engine.pass_on_output(run)
        tasks = self.cloud.tasks(set(self.runs), self.done)
        self.follow({task.task_arn: task for task in tasks})
        self.report_ends()
        if not self.closing:
            self.start_missing(tasks)
            self.refill()
            self.clean()

    def start_missing(self, tasks: list[Task]) -> None:
        """Give each task that should run here its processes."""
        for task in tasks:
            if task.last_status == "STOPPED" and task.task_arn not in self.runs:
                self.done.add(task.task_arn)
            elif task.last_status == "RUNNING" and task.task_arn not in self.runs and task.task_arn not in self.done:
                self.take(task)

    def follow(self, tasks: dict[str, Task]) -> None:
        """End what ECS has stopped, and notice what it has forgotten."""
        for arn, run in self.runs.items():
            task = tasks.get(arn)
            if task and task.last_status != "STOPPED":
                run.lost_since = 0.0
            elif task and task.desired_status == "STOPPED":
                self.end(run, task.stopped_reason or "Task stopped")
            else:
                self.lose(run)

    def end(self, run: Run, reason: str) -> None:
        """Ask a task's processes to end, once."""
        if not run.stopping:
            self.engine.ask_to_end(run, reason)

    def lose(self, run: Run) -> None:
        """Keep the processes of a task that a restarted emulator no longer counts as running.

        A service's processes wait for the task that replaces theirs; a single task (a training) runs to its end.
        """
        run.lost_since = run.lost_since or self.now()
        if run.task.service and self.now() - run.lost_since > LOST_FOR_GOOD:
            self.end(run, "ECS does not know the task any more")

    def take(self, task: Task) -> None:
        """Give a task its processes: those of a lost one of its service, or new ones when it is time for them."""
        lost = next((run for run in self.runs.values() if fits(run, task)), None)
        if lost:
            self.adopt(lost, task)
        elif not self.is_busy(task) and self.now() >= self.not_before.get(task.group, 0.0):
            self.runs[task.task_arn] = self.engine.start(task)

    def adopt(self, run: Run, task: Task) -> None:
        """Let running processes belong to another task of the same service and definition."""
        del self.runs[run.task.task_arn]
        self.book.forget_note(run)
        run.task, run.lost_since = task, 0.0
        self.runs[task.task_arn] = run
        self.book.write(run)

    def is_busy(self, task: Task) -> bool:
        """Tell whether another task of the same service still runs here: both would want the same port."""
        return bool(task.service) and any(run.task.group == task.group for run in self.runs.values())

    def report_ends(self) -> None:
        """Report each task whose processes have all ended; one that cannot be reported now stays for the next round."""
        for arn, run in list(self.runs.items()):
            if run.stopping and has_ended(run):
                self.engine.pass_on_output(run, final=True)
                self.cloud.report_end(run, run.stopping)
                self.count_failure(run)
                del self.runs[arn]
                self.done.add(arn)
                self.book.forget(run)

    def count_failure(self, run: Run) -> None:
        """Make a service that keeps dying wait longer each time."""
        lived = self.now() - run.started
        count = 1 if lived > SETTLED else self.failures.get(run.task.group, 0) + 1
        by_itself = run.stopping.startswith(("Essential", "Resource", "Cannot"))
        self.failures[run.task.group] = count if by_itself else 0
        self.not_before[run.task.group] = self.now() + delay_after(self.failures[run.task.group])

    def refill(self) -> None:
        """Have missing tasks of services made again."""
        if self.now() < self.next_refill:
            return
        self.next_refill = self.now() + SECONDS_BETWEEN_REFILLS
        for service in self.cloud.services():
            if is_short(service) and self.now() >= self.not_before.get(f"service:{service.service_name}", 0.0):
                self.cloud.refill(service)

    def clean(self) -> None:
        """Keep the emulator's logs from growing for ever."""
        if self.now() >= self.next_cleaning:
            self.next_cleaning = self.now() + SECONDS_BETWEEN_CLEANINGS
            self.cloud.forget_old_logs()

    def stop_all(self) -> None:
        """Ask everything to end, and start nothing any more."""
        self.closing = True
        for run in self.runs.values():
            self.end(run, STOPPED_HERE)


def all_ended(agent: Agent) -> bool:
    """Tell whether no process of any task runs; what could not be reported is, by the next agent."""
    return all(has_ended(run) for run in agent.runs.values())


def fits(run: Run, task: Task) -> bool:
    """Tell whether a lost task's processes can serve as those of another task of the same service."""
    same = (run.task.group, run.task.task_definition_arn) == (task.group, task.task_definition_arn)
    return bool(run.lost_since and run.task.service and same and not run.stopping)


def is_short(service: Service) -> bool:
    """Tell whether fewer tasks run than should."""
    return service.running_count < service.desired_count
