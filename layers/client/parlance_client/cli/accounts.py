"""Accounts, and one's own tokens for programs."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from parlance_client.cli.connection import client
from parlance_client.cli.output import AsJson, Yes, confirm, moment, print_json, print_table, say

users = typer.Typer(no_args_is_help=True, help="Look after accounts.")
tokens = typer.Typer(no_args_is_help=True, help="Make and revoke your own tokens for programs.")

Name = Annotated[str, typer.Argument(metavar="USER", help="The account's name.")]
Roles = Annotated[list[str], typer.Argument(metavar="ROLE...", help="admin, annotator, tester or one of your own.")]


@users.command("list")
def list_users(context: typer.Context, as_json: AsJson = False) -> None:
    """List accounts with their roles."""
    found = client(context).accounts.list()
    if as_json:
        print_json(found)
        return
    print_table(("user", "roles"), ((one.username, one.roles) for one in found))


@users.command("create")
def create_user(
    context: typer.Context,
    username: Name,
    role: Annotated[list[str] | None, typer.Option(help="May be given several times; else the default roles.")] = None,
    password_stdin: Annotated[bool, typer.Option(help="Read the password from standard input.")] = False,
    as_json: AsJson = False,
) -> None:
    """Make an account; its password is asked for."""
    here = client(context)
    typed = sys.stdin.readline().rstrip("\n") if password_stdin else ""
    password = typed or typer.prompt("Password", hide_input=True, confirmation_prompt=True)
    made = here.accounts.create(username, password, role or [])
    print_json(made) if as_json else say(f"{made.username} is {', '.join(made.roles)}.")


@users.command("roles")
def set_roles(context: typer.Context, username: Name, roles: Roles) -> None:
    """Give an account exactly these roles."""
    client(context).accounts.set_roles(username, roles)
    say(f"{username} is {', '.join(roles)}.")


@users.command("delete")
def delete_user(context: typer.Context, username: Name, yes: Yes = False) -> None:
    """Delete an account and its tokens; its conversations stay."""
    confirm(f"Delete the account {username}?", yes=yes)
    client(context).accounts.delete(username)
    say(f"{username} is deleted.")


@tokens.command("list")
def list_tokens(context: typer.Context, as_json: AsJson = False) -> None:
    """List your tokens: names, ends and last uses."""
    found = client(context).tokens.list()
    if as_json:
        print_json(found)
        return
    rows = (
        (one.id, one.name, moment(one.created_at), moment(one.expires_at), moment(one.last_used_at)) for one in found
    )
    print_table(("token", "name", "made", "ends", "last used"), rows)


@tokens.command("create")
def create_token(
    context: typer.Context,
    name: Annotated[str, typer.Argument(help="What it is for.")],
    days: Annotated[int | None, typer.Option(min=1, max=3650, help="Its life; else until you revoke it.")] = None,
    as_json: AsJson = False,
) -> None:
    """Make a token and print it: nobody sees it again. Programs give it in PARLANCE_TOKEN."""
    made = client(context).tokens.create(name, days=days)
    print_json(made) if as_json else typer.echo(made.token)


@tokens.command("revoke")
def revoke_token(
    context: typer.Context, token: Annotated[str, typer.Argument(metavar="ID", help="From `parlance tokens list`.")]
) -> None:
    """Revoke a token at once."""
    client(context).tokens.revoke(token)
    say("It is revoked.")
