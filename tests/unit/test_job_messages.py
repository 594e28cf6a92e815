"""What arrives on the jobs queue is understood or refused, never half of it."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parlance.domain.job_facts import LOG_LINE, LOG_LINES, Ended, Refused, read
from parlance.domain.jobs import JobMessage, Progress, TaskEnd

ARN = "arn:task/1"


def ecs(**detail: Any) -> str:
    known = {"taskArn": ARN, "lastStatus": "STOPPED", "startedBy": "job-abc", "stoppedReason": "", "containers": []}
    return json.dumps({"source": "aws.ecs", "detail-type": "ECS Task State Change", "detail": known | detail})


def job(**fields: Any) -> str:
    return json.dumps({"v": 1, "kind": "job", "job_id": "abc", "at": 1.5, "seq": 3, "state": "running", **fields})


def test_a_message_is_read_and_what_is_unknown_in_it_is_ignored() -> None:
    message = read(job(progress={"stage": "training", "epoch": 3, "new": True}, news=1))

    assert message == JobMessage(
        job_id="abc", at=1.5, seq=3, state="running", progress=Progress(stage="training", epoch=3)
    )


def test_logs_are_cut_to_their_end() -> None:
    message = read(job(log_tail=[f"{number}" for number in range(500)] + ["x" * 9999]))

    assert isinstance(message, JobMessage)
    assert message.log_tail is not None
    assert (len(message.log_tail), message.log_tail[0], len(message.log_tail[-1])) == (LOG_LINES, "401", LOG_LINE)


@pytest.mark.parametrize(
    ("detail", "end"),
    [
        (
            {"containers": [{"exitCode": 137}], "stopCode": "EssentialContainerExited"},
            TaskEnd(task_arn=ARN, exit_code=137),
        ),
        (
            {"containers": [{"exitCode": 0}, {"exitCode": 3, "reason": "OutOfMemoryError"}]},
            TaskEnd(task_arn=ARN, exit_code=3, reason="OutOfMemoryError"),
        ),
        ({"containers": [{}]}, TaskEnd(task_arn=ARN, was_interrupted=True)),
        (
            {"containers": [{"exitCode": 143}], "stoppedReason": "The installation was stopped"},
            TaskEnd(task_arn=ARN, exit_code=143, reason="The installation was stopped", was_interrupted=True),
        ),
        (
            {"containers": [{"exitCode": 143}], "stopCode": "SpotInterruption", "stoppedReason": "Spot"},
            TaskEnd(task_arn=ARN, exit_code=143, reason="Spot", was_interrupted=True),
        ),
    ],
)
def test_ends_of_tasks(detail: dict[str, Any], end: TaskEnd) -> None:
    assert read(ecs(**detail)) == Ended(job_id="abc", end=end)


@pytest.mark.parametrize("detail", [{"lastStatus": "RUNNING"}, {"startedBy": "ecs-svc/123"}, {"startedBy": ""}])
def test_what_concerns_no_job_is_let_pass(detail: dict[str, Any]) -> None:
    assert read(ecs(**detail)) is None


@pytest.mark.parametrize(
    "body",
    ["", "x", "[]", "1", "null", "{}", '{"kind":"turn"}', '{"source":"aws.ecs"}', job(seq="x"), job(state="done")],
)
def test_nonsense_is_refused(body: str) -> None:
    with pytest.raises(Refused):
        read(body)


@given(st.text())
def test_no_text_does_anything_but_be_refused(text: str) -> None:
    with pytest.raises(Refused):
        read(text)
