"""Logging in and out."""

from __future__ import annotations

import sys
from typing import Annotated
from urllib.parse import urlsplit

import typer

from parlance_client import Client
from parlance_client.cli import profile
from parlance_client.cli.connection import client
from parlance_client.cli.output import AsJson, Yes, confirm, print_json, print_table, say


def login(
    context: typer.Context,
    username: Annotated[str, typer.Option("--user", "-u", help="Your user name.", prompt="User name")],
    password_stdin: Annotated[bool, typer.Option(help="Read the password from standard input.")] = False,
    yes: Yes = False,
) -> None:
    """Log in for eight hours.

    The password is asked for, or read from standard input; it is never an argument, where others could see it. The
    token is kept in a file that only you can read.
    """
    kept = profile.read()
    url = context.obj or (kept.url if kept else profile.DEFAULT_URL)
    if is_readable_by_others(url):
        confirm(f"{url} is not encrypted: others on the way can read your password. Go on?", yes=yes)
    typed = sys.stdin.readline().rstrip("\n") if password_stdin else ""
    password = typed or typer.prompt("Password", hide_input=True)
    made = Client.log_in(url, username, password)
    profile.keep(profile.LogIn(url=made.transport.url, username=username, token=made.transport.token))
    say(f"Logged in at {made.transport.url} as {username}.")


def is_readable_by_others(url: str) -> bool:
    """Tell whether what is sent there passes a network unencrypted."""
    parts = urlsplit(url)
    return parts.scheme == "http" and parts.hostname not in {"localhost", "127.0.0.1", "::1"}


def logout() -> None:
    """Forget the log-in on this machine."""
    profile.forget()
    say("Logged out.")


def whoami(context: typer.Context, as_json: AsJson = False) -> None:
    """Say who you are, and what you may do."""
    account = client(context).accounts.me()
    if as_json:
        print_json(account)
        return
    print_table(("user", "roles", "permissions"), [(account.username, account.roles, len(account.permissions))])
