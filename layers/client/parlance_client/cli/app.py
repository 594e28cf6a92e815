"""All commands together, and how they end."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from parlance.domain.version import VERSION
from parlance_client.cli import accounts, conversations, jobs, models, operations, project, session
from parlance_client.cli.output import say
from parlance_client.errors import Failed, Refused, Unreachable

ENDS = {401: 3, 404: 4, 503: 5}
"""Exit codes by status; 1 for all other failures, 2 for a wrong command line."""

app = typer.Typer(
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
    help="Work with a Parlance installation from a terminal or a script.",
    epilog="Exit codes: 0 done, 1 refused or failed, 2 wrong command line, 3 log in first, 4 not there, 5 no answer.",
)

app.command()(session.login)
app.command()(session.logout)
app.command()(session.whoami)
app.add_typer(conversations.app, name="conversations")
app.command("import")(project.import_project)
app.command("export")(project.export_project)
app.command()(jobs.train)
app.add_typer(jobs.app, name="jobs")
app.add_typer(models.app, name="models")
app.add_typer(accounts.users, name="users")
app.add_typer(accounts.tokens, name="tokens")
app.add_typer(operations.locks, name="locks")
app.add_typer(operations.letters, name="dead-letters")
app.command()(operations.audit)


def _version(value: bool) -> None:  # noqa: FBT001  typer calls it
    if value:
        typer.echo(f"parlance {VERSION}")
        raise typer.Exit


@app.callback()
def choose(
    context: typer.Context,
    url: Annotated[
        str | None,
        typer.Option(envvar="PARLANCE_URL", help="The installation's address; else the one logged in at."),
    ] = None,
    _version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version.")
    ] = False,
) -> None:
    """Keep what all commands share."""
    context.obj = url.rstrip("/") if url else None


def main(arguments: list[str] | None = None) -> None:
    """Run one command; failures are a sentence on standard error and an exit code."""
    try:
        app(arguments)
    except Failed as error:
        say(f"parlance: {error}")
        status = error.status if isinstance(error, Refused) else 503 if isinstance(error, Unreachable) else 0
        if status == 401:  # noqa: PLR2004  HTTP's word for it
            say("Log in with `parlance login`, or give an API token in PARLANCE_TOKEN.")
        sys.exit(ENDS.get(status, 1))
