"""Writes the commands in docs/cli.md from the command line itself: `python -m infra.cli_docs`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from parlance_client.cli.app import app

if TYPE_CHECKING:
    from collections.abc import Iterator

PAGE = Path(__file__).resolve().parent.parent / "docs/cli.md"
START, END = "<!-- commands -->", "<!-- end of commands -->"


def commands() -> Iterator[tuple[str, Any]]:
    """Yield every command with the words that call it."""
    for name, command in typer.main.get_command(app).commands.items():  # type: ignore[attr-defined]  # it is a group
        inner = getattr(command, "commands", None)
        yield from ((f"{name} {word}", one) for word, one in inner.items()) if inner else [(name, command)]


def lines() -> Iterator[str]:
    """Yield what each command does, takes and asks for."""
    for name, command in commands():
        places = [one for one in command.params if one.param_type_name == "argument"]
        words = " ".join(shown(one) for one in places)
        yield f"### `parlance {name}{' ' if words else ''}{words}`"
        yield ""
        yield " ".join(command.help.split())
        yield ""
        if command.params:
            yield from (*(f"- {told(one)}" for one in command.params), "")


def shown(argument: Any) -> str:
    """Return an argument's place in a call."""
    name = (argument.metavar or argument.name).upper()
    return name if argument.required else f"[{name}]"


def told(option: Any) -> str:
    """Return an option or an argument with its meaning."""
    name = shown(option).strip("[]") if option.param_type_name == "argument" else ", ".join(option.opts)
    default = (
        f" Default: {option.default}." if isinstance(option.default, int | str) and option.default is not False else ""
    )
    return f"`{name}`: {option.help}{default}"


def page(text: str) -> str:
    """Return the page with its generated part renewed."""
    before, after = text[: text.index(START)], text[text.index(END) :]
    return f"{before}{START}\n" + "\n".join(lines()) + after


if __name__ == "__main__":
    PAGE.write_text(page(PAGE.read_text()))
