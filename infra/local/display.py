"""What the person at the terminal sees: a bar a step; plain lines where the output is no terminal."""

from __future__ import annotations

import sys
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rich.progress import TaskID

console = Console(highlight=False, soft_wrap=True)
errors = Console(stderr=True, highlight=False, soft_wrap=True)


class Step:
    """One step's bar."""

    def __init__(self, progress: Progress | None, task: TaskID | None) -> None:
        """Draw on a progress display, or nowhere."""
        self.progress, self.task = progress, task

    def at(self, share: float, detail: str = "") -> None:
        """Show how far the step is (0 to 1) and what it does now."""
        if self.progress is not None and self.task is not None:
            self.progress.update(self.task, total=1.0, completed=share, detail=detail)

    def note(self, detail: str) -> None:
        """Show what it does now, without a share."""
        if self.progress is not None and self.task is not None:
            self.progress.update(self.task, detail=detail)


class Steps:
    """The steps of one command, one below the other."""

    def __init__(self) -> None:
        """Draw bars on a terminal only."""
        self.is_terminal = sys.stdout.isatty()

    @contextmanager
    def step(self, title: str) -> Iterator[Step]:
        """Show a step while the block runs, and its time when it has succeeded."""
        began = time.monotonic()
        if self.is_terminal:
            with bars() as progress:
                task = progress.add_task(title, total=None, detail="")
                yield Step(progress, task)
        else:
            yield Step(None, None)
        console.print(f"[green]✓[/] {title:<34}[dim]{time.monotonic() - began:6.1f} s[/]")


def bars() -> Progress:
    """Return the display of one running step; it vanishes when the step is done."""
    columns = (SpinnerColumn(), TextColumn("{task.description:<34}"), BarColumn(28), TimeElapsedColumn())
    return Progress(*columns, TextColumn("[dim]{task.fields[detail]}"), console=console, transient=True)


def fail(sentence: str) -> None:
    """Say what is wrong."""
    errors.print(f"[bold red]✗[/] {escape(sentence)}")


def warn(sentence: str) -> None:
    """Say what is odd, but no reason to stop."""
    errors.print(f"[yellow]![/] {escape(sentence)}")
