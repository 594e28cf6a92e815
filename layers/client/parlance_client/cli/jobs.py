"""Trainings and other jobs: start, follow, look into, end."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from parlance.domain.jobs import State, TrainOptions
from parlance_client.cli.connection import client
from parlance_client.cli.output import AsJson, cut, moment, plain, print_json, print_table, say, totals
from parlance_client.errors import Failed

if TYPE_CHECKING:
    from parlance.domain.shapes import Job
    from parlance_client import Client

app = typer.Typer(no_args_is_help=True, help="Look after trainings and other long work.")
Id = Annotated[str, typer.Argument(metavar="JOB", help="The job's id.")]


def train(  # noqa: PLR0913  an option each
    context: typer.Context,
    *,
    nlu: Annotated[bool, typer.Option("--nlu", help="Train understanding only.")] = False,
    core: Annotated[bool, typer.Option("--core", help="Train dialogues only.")] = False,
    force: Annotated[bool, typer.Option("--force", help="Train what did not change, too.")] = False,
    promote: Annotated[bool, typer.Option("--promote", help="Serve the model as soon as it is ready.")] = False,
    detach: Annotated[bool, typer.Option("--detach", "-d", help="Do not wait for the end.")] = False,
    as_json: AsJson = False,
) -> None:
    """Train a model of the project as it is now, and follow the training to its end.

    Ctrl-C stops following, not the training. Exit code 1 when no model comes of it.
    """
    if nlu and core:
        raise typer.BadParameter("--nlu and --core: choose one, or neither for both.")
    half: Any = "nlu" if nlu else "core" if core else None
    here = client(context)
    job = here.jobs.train(TrainOptions(only=half, force=force, promote=promote))
    _finish(here, job, wait=not detach, as_json=as_json)


@app.command("list")
def list_jobs(
    context: typer.Context,
    state: Annotated[State | None, typer.Option(help="Only those in this state.")] = None,
    limit: Annotated[int, typer.Option(min=1, max=200, help="How many.")] = 20,
    as_json: AsJson = False,
) -> None:
    """List jobs, the newest first."""
    found = client(context).jobs.list(state=state, limit=limit)
    if as_json:
        print_json(found.items)
        return
    rows = (
        (job.id, job.kind, job.state, moment(job.created_at), job.created_by, job.model or _why(job))
        for job in found.items
    )
    titles = ("job", "kind", "state", "asked for", "by", "model or reason")
    print_table(titles, rows, note=totals(len(found.items), found.total))


@app.command()
def follow(context: typer.Context, job: Id, as_json: AsJson = False) -> None:
    """Follow a job to its end."""
    here = client(context)
    _finish(here, here.jobs.show(job), wait=True, as_json=as_json)


@app.command()
def log(
    context: typer.Context,
    job: Id,
    lines: Annotated[int, typer.Option("--lines", "-n", min=1, max=10_000, help="How many of the last.")] = 100,
    as_json: AsJson = False,
) -> None:
    """Show the end of a job's log, also while it runs."""
    found = client(context).jobs.log(job, lines=lines)
    if as_json:
        print_json(found)
        return
    for line in found.lines:
        typer.echo(plain(line))


@app.command()
def cancel(context: typer.Context, job: Id, as_json: AsJson = False) -> None:
    """End a job and its task."""
    ended = client(context).jobs.cancel(job)
    print_json(ended) if as_json else say(f"{ended.id} is {ended.state}.")


@app.command()
def retry(context: typer.Context, job: Id, as_json: AsJson = False) -> None:
    """Repeat a job that ended without a model, with the same data."""
    again = client(context).jobs.retry(job)
    print_json(again) if as_json else say(f"{again.id} is {again.state}.")


def _finish(here: Client, job: Job, *, wait: bool, as_json: bool) -> None:
    if wait:
        job = _followed(here, job)
    if as_json:
        print_json(job)
    if wait and job.state != "succeeded":
        raise Failed(f"The job {job.state}: {_why(job)} Its log: parlance jobs log {job.id}")
    if not as_json:
        say(f"Job {job.id} {job.state}" + (f": model {job.model}." if job.model else "."))


def _followed(here: Client, job: Job) -> Job:
    """Show a bar until the job is over; without a terminal it says nothing."""
    columns = (SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    with Progress(*columns, transient=True) as bars:
        bar = bars.add_task(job.state, total=None)
        try:
            for job in here.jobs.follow(job.id):  # noqa: B020, PLR1704  the same job, as it is now
                percent = job.progress.percent if job.progress else None
                bars.update(bar, description=plain(_words(job)), completed=percent or 0, total=percent and 100)
        except KeyboardInterrupt:
            say(f"The job goes on: parlance jobs follow {job.id}")
            raise
    return job


def _words(job: Job) -> str:
    """Return what a job does now."""
    if not job.progress:
        return job.state
    now = job.progress
    epochs = f"epoch {now.epoch} of {now.epochs}" if now.epoch and now.epochs else ""
    return ", ".join(part for part in (now.stage or job.state, now.component, epochs) if part)


def _why(job: Job) -> str:
    return cut(job.error.message, 200) if job.error else ""
