"""What arrives on the jobs queue: a task's own messages, and ECS saying that a task has stopped."""

from __future__ import annotations

import msgspec

from parlance.domain.jobs import JobMessage, TaskEnd

STARTED_BY = "job-"
ESSENTIAL_EXITED = "EssentialContainerExited"
LOG_LINES = 100
LOG_LINE = 2000
"""Characters kept of one line."""


class Refused(ValueError):  # noqa: N818 - the queue's word for it: refused again and again, it is dead-lettered
    """A message that nobody can understand, however often it comes."""


class Ended(msgspec.Struct, frozen=True, kw_only=True):
    """ECS says that the task of a job has stopped."""

    job_id: str
    end: TaskEnd


class _Container(msgspec.Struct, frozen=True):
    name: str = ""
    exitCode: int | None = None  # noqa: N815 - ECS writes it so
    reason: str = ""


class Task(msgspec.Struct, frozen=True):
    """A task as ECS describes it, in its events and in DescribeTasks alike."""

    taskArn: str  # noqa: N815
    lastStatus: str  # noqa: N815
    startedBy: str = ""  # noqa: N815
    stoppedReason: str = ""  # noqa: N815
    stopCode: str = ""  # noqa: N815
    containers: list[_Container] = []

    @property
    def is_stopped(self) -> bool:
        """Whether the task is over."""
        return self.lastStatus == "STOPPED"

    @property
    def end(self) -> TaskEnd:
        """Return how the task ended; only of one that is over."""
        code = _exit_code(self)
        interrupted = code is None or not _exited_by_itself(self)
        return TaskEnd(task_arn=self.taskArn, exit_code=code, reason=_reason(self), was_interrupted=interrupted)


def read(body: str) -> JobMessage | Ended | None:
    """Understand a message; None for one that is fine and concerns no job. Raises Refused."""
    try:
        content = msgspec.json.decode(body)
        if content.get("source") == "aws.ecs":
            return ended(msgspec.convert(content["detail"], Task))
        if content.get("kind") != "job":
            raise Refused("neither a job's message nor a task's end")
        return _trimmed(msgspec.convert(content, JobMessage))
    except (msgspec.MsgspecError, UnicodeError, AttributeError, KeyError) as error:
        raise Refused(f"not a message about a job: {error}") from error


def ended(task: Task) -> Ended | None:
    """Return what a stopped task means to its job; None while it runs or when it belongs to none."""
    if not task.is_stopped or not task.startedBy.startswith(STARTED_BY):
        return None
    return Ended(job_id=task.startedBy.removeprefix(STARTED_BY), end=task.end)


def started_by(job_id: str) -> str:
    """Return the name that ECS keeps with a job's task; 36 characters, the most that ECS takes."""
    return f"{STARTED_BY}{job_id}"


def _exit_code(task: Task) -> int | None:
    """Return the first code that is not zero; None when no container ever ended by itself."""
    codes = [container.exitCode for container in task.containers if container.exitCode is not None]
    return next((code for code in codes if code), codes[0] if codes else None)


def _exited_by_itself(task: Task) -> bool:
    """Say yes to ECS's words for it, and in doubt; no to a Spot interruption, a lost host, a stop by somebody."""
    said = task.stopCode == ESSENTIAL_EXITED or task.stoppedReason.startswith("Essential container")
    return said or not (task.stopCode or task.stoppedReason)


def _reason(task: Task) -> str:
    said = [task.stoppedReason, *(container.reason for container in task.containers)]
    return "; ".join(dict.fromkeys(text for text in said if text))[:LOG_LINE]


def _trimmed(message: JobMessage) -> JobMessage:
    lines = [line[:LOG_LINE] for line in (message.log_tail or ())[-LOG_LINES:]]
    return msgspec.structs.replace(message, log_tail=lines or None)
