"""Models: list, serve, bring in and out."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TransferSpeedColumn, wrap_file

from parlance_client.cli.connection import client
from parlance_client.cli.output import (
    AsJson,
    Yes,
    confirm,
    moment,
    print_json,
    print_table,
    say,
    size,
    totals,
)

app = typer.Typer(no_args_is_help=True, help="Look after trained models.")
Name = Annotated[str, typer.Argument(metavar="MODEL", help="The model's name.")]
SUFFIX = ".tar.gz"
PRODUCTION = "production"


@app.command("list")
def list_models(
    context: typer.Context,
    tag: Annotated[str | None, typer.Option(help="Only the model with this tag.")] = None,
    limit: Annotated[int, typer.Option(min=1, max=500, help="How many.")] = 20,
    as_json: AsJson = False,
) -> None:
    """List models, the newest first."""
    found = client(context).models.list(tag=tag, limit=limit)
    if as_json:
        print_json(found.items)
        return
    rows = ((one.model, moment(one.trained_at), one.version, size(one.size), one.tags) for one in found.items)
    print_table(("model", "trained", "Rasa", "size", "tags"), rows, note=totals(len(found.items), found.total))


@app.command()
def promote(
    context: typer.Context,
    model: Name,
    tag: Annotated[str, typer.Option(help="Another tag than the one that is served.")] = PRODUCTION,
) -> None:
    """Serve a model: Rasa loads it within seconds."""
    client(context).models.tag(model, tag)
    say(f"{model} is tagged {tag}.")


@app.command()
def delete(context: typer.Context, model: Name, yes: Yes = False) -> None:
    """Delete a model that is not served."""
    confirm(f"Delete {model} and its file?", yes=yes)
    client(context).models.delete(model)
    say(f"{model} is deleted.")


@app.command()
def upload(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="A model as Rasa packs it (.tar.gz).")],
    name: Annotated[str | None, typer.Option(help="Another name than the file's.")] = None,
    as_json: AsJson = False,
) -> None:
    """Bring in a model of any size that was trained elsewhere."""
    length = file.stat().st_size
    with file.open("rb") as content, wrap_file(content, length, description=file.name, transient=True) as followed:
        made = client(context).models.upload(name or file.name.removesuffix(SUFFIX), followed, length)
    print_json(made) if as_json else say(f"{made.model} is here, trained with Rasa {made.version}.")


@app.command()
def download(
    context: typer.Context,
    model: Name,
    path: Annotated[Path | None, typer.Argument(help="Where to; else a file of that name here.")] = None,
    yes: Yes = False,
) -> None:
    """Write a model's file."""
    models = client(context).models
    target = path or Path(f"{model}{SUFFIX}")
    if target.exists():
        confirm(f"{target} exists: overwrite it?", yes=yes)
    pieces = models.download(model)
    part = target.with_name(f"{target.name}.part")
    columns = (TextColumn("{task.description}"), BarColumn(), DownloadColumn(), TransferSpeedColumn())
    with Progress(*columns, transient=True) as bars, part.open("wb") as file:
        bar = bars.add_task(target.name, total=None)
        for piece in pieces:
            bars.advance(bar, file.write(piece))
    part.replace(target)
    say(f"{target}: {size(target.stat().st_size)}.")
