"""What the commands print: tables for people, JSON for programs, questions before harm."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Any

import msgspec
import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON, for programs.")]
Yes = Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")]


def console() -> Console:
    """Return the terminal; a pipe or a file gets lines that are not cut."""
    return Console(width=None if sys.stdout.isatty() else 200, highlight=False)


def print_json(value: Any) -> None:
    """Print a value as JSON."""
    typer.echo(msgspec.json.format(msgspec.json.encode(value), indent=2).decode())


def print_table(titles: Sequence[str], rows: Iterable[Sequence[Any]], *, note: str = "") -> None:
    """Print rows below titles, and a note below them."""
    table = Table(box=None, header_style="bold", pad_edge=False)
    for title in titles:
        table.add_column(title, overflow="fold")
    for row in rows:
        table.add_row(*(Text(shown(value)) for value in row))
    console().print(table)
    if note:
        typer.secho(note, err=True, dim=True)


def say(sentence: str) -> None:
    """Tell people what was done; it is no output for programs."""
    typer.echo(plain(sentence), err=True)


def confirm(question: str, *, yes: bool) -> None:
    """Ask before harm; ends the command when the answer is no, or nobody is there to answer."""
    if not yes:
        typer.confirm(question, abort=True, err=True)


def shown(value: Any) -> str:
    """Return a value as a table's cell."""
    if value is None:
        return "-"
    if isinstance(value, float):
        return f"{value:.2f}"
    if isinstance(value, (tuple, list)):
        return ", ".join(map(shown, value)) or "-"
    return plain(str(value))


def plain(text: str) -> str:
    """Return text without what steers a terminal: users of a bot write what they like."""
    return "".join(letter if letter.isprintable() else "\N{REPLACEMENT CHARACTER}" for letter in text)


def cut(text: str | None, length: int = 60) -> str:
    """Return the beginning of a text."""
    text = text or ""
    return text if len(text) <= length else f"{text[: length - 1]}…"


def moment(seconds: float | None) -> str:
    """Return a time in the user's own zone."""
    return datetime.fromtimestamp(seconds, UTC).astimezone().strftime("%Y-%m-%d %H:%M:%S") if seconds else "-"


def size(count: float) -> str:
    """Return bytes as people say them."""
    for unit in ("B", "kB", "MB"):
        if count < 1000:  # noqa: PLR2004  what the units say
            return f"{count:.0f} {unit}"
        count /= 1000
    return f"{count:.1f} GB"


def totals(found: int, total: int, *, is_minimum: bool = False) -> str:
    """Return how much of a list is shown; nothing where all of it is."""
    return f"{found} of {'more than ' if is_minimum else ''}{total}" if found < total or is_minimum else ""
