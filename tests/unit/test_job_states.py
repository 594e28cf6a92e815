"""The state machine of jobs: whatever the order of facts, the end is the same and an outcome never changes."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import partial

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parlance.domain import jobs as steps
from parlance.domain.jobs import MAX_ATTEMPTS, MAX_TRIES, OVER, Failure, Job, JobMessage, Progress, TaskEnd

T0 = datetime(2026, 11, 22, 10, 0, tzinfo=UTC)
ARN = "arn:aws:ecs:us-east-1:000000000000:task/parlance/1"
JOB = Job(id="a" * 32, created_at=T0)
RUNNING = steps.task_started(steps.claimed(JOB, T0), ARN)
FAILURE = Failure(code="TrainingFailed", message="No training data given")


def later(seconds: float) -> datetime:
    return T0 + timedelta(seconds=seconds)


def says(state: str, seq: int, **fields: object) -> JobMessage:
    return JobMessage(job_id=JOB.id, at=later(seq).timestamp(), seq=seq, state=state, **fields)


def end(code: int | None = 1, *, arn: str = ARN, interrupted: bool = False) -> TaskEnd:
    return TaskEnd(task_arn=arn, exit_code=code, was_interrupted=interrupted)


@st.composite
def histories(draw: st.DrawFn) -> list[partial[Job]]:
    """What one task makes happen: progress, then success or failure with or without a word, then its end."""
    spoken = [partial(steps.heard, message=says("running", seq, progress=Progress(epoch=seq))) for seq in range(1, 4)]
    fate = draw(st.sampled_from(["succeeded", "failed", "died"]))
    if fate == "succeeded":  # services turn the message, or the end of a task that left a model, into this step
        last = [partial(steps.succeeded, model="m"), partial(steps.ended, end=end(0))]
    else:
        word = [partial(steps.heard, message=says("failed", 9, error=FAILURE))] if fate == "failed" else []
        last = [*word, partial(steps.ended, end=end(1))]
    return [*spoken, *last]


def settled(facts: list[partial[Job]], *, model: bool) -> Job:
    """Apply facts as the services do: an end with a model in storage succeeds first."""
    job = RUNNING
    for fact in facts:
        if model and fact.func is steps.ended:
            job = steps.succeeded(job, model="m", now=T0)
        job = fact(job, now=T0)
    return job


def outcome(job: Job) -> tuple[object, ...]:
    return (job.state, job.model, job.error, job.task_end, job.progress, job.task_arn)


@given(histories(), st.data())
def test_any_order_and_repetition_ends_the_same(history: list[partial[Job]], data: st.DataObject) -> None:
    model = any(fact.func is steps.succeeded for fact in history)
    expected = settled(history, model=model)

    shuffled = data.draw(st.permutations(history + data.draw(st.lists(st.sampled_from(history), max_size=6))))

    assert outcome(settled(shuffled, model=model)) == outcome(expected)


STEPS = st.sampled_from(
    [
        partial(steps.claimed),
        partial(steps.cancelled),
        partial(steps.vanished),
        partial(steps.overdue, limit_s=0),
        partial(steps.failed, failure=FAILURE),
        partial(steps.succeeded, model="m"),
        partial(steps.start_refused, failure=FAILURE, for_good=True),
        partial(steps.start_refused, failure=FAILURE, for_good=False),
        partial(steps.heard, message=says("running", 3, progress=Progress(epoch=3))),
        partial(steps.heard, message=says("failed", 4, error=FAILURE)),
        partial(steps.heard, message=says("failed", 4, error=Failure(code="Stopped", message="stopped"))),
        partial(steps.heard, message=says("succeeded", 5)),
        partial(steps.ended, end=end(0)),
        partial(steps.ended, end=end(137)),
        partial(steps.ended, end=end(None, interrupted=True)),
        partial(lambda job, now: steps.task_started(job, ARN)),  # noqa: ARG005 - every step takes the time
        partial(lambda job, now: steps.task_started(job, ARN + "2")),  # noqa: ARG005
    ]
)


@given(st.lists(STEPS, max_size=30))
def test_an_outcome_never_changes_and_attempts_are_bounded(history: list[partial[Job]]) -> None:
    job = JOB
    for number, step in enumerate(history):
        before = job
        job = step(job, now=later(number))
        assert not before.is_over or (job.state, job.model, job.finished_at) == (
            before.state,
            before.model,
            before.finished_at,
        )
        assert job.attempt <= MAX_ATTEMPTS
        assert job.tries <= MAX_TRIES
        assert job.is_over == (job.state in OVER) == (job.finished_at is not None)
        assert step(job, now=later(number)).state == job.state or job.state in {"queued", "running"}


def test_progress_is_the_newest_by_sequence() -> None:
    job = steps.heard(RUNNING, says("running", 7, progress=Progress(epoch=7)), T0)

    job = steps.heard(job, says("running", 5, progress=Progress(epoch=5)), T0)

    assert job.progress == Progress(epoch=7)


def test_what_the_task_says_of_its_failure_outdoes_its_exit_code() -> None:
    job = steps.ended(RUNNING, end(1), T0)
    assert job.error is not None
    assert job.error.message == "the task ended with exit code 1"

    job = steps.heard(job, says("failed", 3, error=FAILURE), T0)

    assert (job.state, job.error) == ("failed", FAILURE)


def test_a_silent_death_is_closed_with_exit_code_and_log() -> None:
    job = steps.ended(RUNNING, end(137), T0, log=("Epoch 3", "Killed"))

    assert (job.state, job.task_end, job.log_tail) == ("failed", end(137), ("Epoch 3", "Killed"))


def test_an_interrupted_task_is_run_again_and_its_echoes_are_ignored() -> None:
    job = steps.ended(RUNNING, end(None, interrupted=True), later(60))
    assert (job.state, job.attempt, job.task_arn, job.start_token) == ("queued", 2, None, f"{JOB.id}-2")

    job = steps.task_started(steps.claimed(job, later(61)), ARN + "2")
    echoed = steps.ended(job, end(None, interrupted=True), later(62))
    echoed = steps.heard(echoed, says("failed", 9, error=FAILURE), later(62))

    assert echoed is job


def test_a_task_that_is_told_to_stop_by_nobody_here_is_run_again() -> None:
    stopped = Failure(code="Stopped", message="The training was stopped.")

    again = steps.heard(RUNNING, says("failed", 9, error=stopped), T0)
    cancelled = steps.heard(steps.cancelled(RUNNING, T0), says("failed", 9, error=stopped), T0)

    assert (again.state, again.attempt) == ("queued", 2)
    assert cancelled.state == "cancelled"


@pytest.mark.parametrize(
    ("step", "last"),
    [
        (steps.vanished, "lost"),
        (partial(steps.ended, end=end(None, arn="x", interrupted=True)), "failed"),
    ],
)
def test_a_job_that_keeps_losing_its_task_ends(step: partial[Job], last: str) -> None:
    job = JOB
    for number in range(MAX_ATTEMPTS):
        job = steps.claimed(job, later(number))
        job = steps.task_started(job, f"{number}")
        if isinstance(step, partial):
            job = steps.ended(job, end(None, arn=f"{number}", interrupted=True), later(number))
        else:
            job = step(job, later(number))

    assert job.state == last


def test_a_refused_start_gives_the_place_back_until_it_is_no_use() -> None:
    job = JOB
    for number in range(MAX_TRIES):
        assert job.state == "queued"
        job = steps.start_refused(steps.claimed(job, later(number)), FAILURE, later(number), for_good=False)

    assert (job.state, job.error) == ("failed", FAILURE)


def test_the_task_of_a_job_cancelled_meanwhile_is_known_and_can_be_stopped() -> None:
    job = steps.cancelled(steps.claimed(JOB, T0), T0)

    assert steps.task_started(job, ARN).task_arn == ARN


def test_a_job_over_its_time_limit_fails() -> None:
    assert steps.overdue(RUNNING, 100, later(99)) is RUNNING
    assert steps.overdue(RUNNING, 100, later(100)).error == Failure(
        code="TimeLimit", message="stopped after the time limit of 100 s"
    )
