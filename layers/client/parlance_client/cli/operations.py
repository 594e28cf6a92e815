"""What operators see and mend: held conversations, refused messages, the audit log."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer
from rich.progress import Progress

from parlance_client.cli.connection import client
from parlance_client.cli.output import (
    AsJson,
    Yes,
    confirm,
    cut,
    moment,
    plain,
    print_json,
    print_table,
    say,
    totals,
)
from parlance_client.errors import Failed

if TYPE_CHECKING:
    from parlance_client.operations import DeadLetters

locks = typer.Typer(no_args_is_help=True, help="See who holds which conversation, and let go of one that hangs.")
letters = typer.Typer(no_args_is_help=True, help="See messages that could not be stored, and send them again.")

Conversation = Annotated[str, typer.Argument(metavar="ID", help="The conversation's id.")]
Letter = Annotated[str, typer.Argument(metavar="LETTER", help="From `parlance dead-letters list`.")]


@locks.command("list")
def list_locks(
    context: typer.Context,
    limit: Annotated[int, typer.Option(min=1, max=1000, help="How many.")] = 100,
    as_json: AsJson = False,
) -> None:
    """List conversations that are being worked on, the longest held first."""
    found = client(context).locks.list(limit=limit)
    if as_json:
        print_json(found.items)
        return
    rows = (
        (
            one.sender_id,
            one.holder.node,
            f"{one.holder.age:.1f} s",
            one.holder.heartbeats,
            len(one.waiting),
            one.holder.ticket,
        )
        for one in found.items
    )
    titles = ("conversation", "held by", "for", "heartbeats", "waiting", "ticket")
    print_table(titles, rows, note=totals(len(found.items), found.total, is_minimum=found.is_minimum))


@locks.command("show")
def show_lock(context: typer.Context, sender_id: Conversation, as_json: AsJson = False) -> None:
    """Show who holds a conversation, and who waits in which order."""
    lock = client(context).locks.show(sender_id)
    if as_json:
        print_json(lock)
        return
    rows = ((one.ticket, one.node, f"{one.age:.1f} s", one.heartbeats) for one in (lock.holder, *lock.waiting))
    print_table(("ticket", "node", "for", "heartbeats"), rows)


@locks.command("release")
def release(
    context: typer.Context,
    sender_id: Conversation,
    ticket: Annotated[int | None, typer.Option(help="Of one who waits; else the holder's.")] = None,
    yes: Yes = False,
) -> None:
    """Let go of a conversation by force; asks first, because the turn may be alive.

    A holder's turn is cancelled at its next heartbeat, and what it saves until then is kept and flagged. One who waits
    queues again.
    """
    here = client(context).locks
    lock = here.show(sender_id)
    meant = next((one for one in (lock.holder, *lock.waiting) if ticket in {None, one.ticket}), None)
    if meant is None:
        raise Failed(f"Ticket {ticket} is not in the queue of {sender_id}.")
    sign = f"{meant.heartbeats} heartbeats so far"
    confirm(f"{sender_id} is with {meant.node} for {meant.age:.1f} s ({sign}). Release it?", yes=yes)
    here.release(sender_id, meant.ticket)
    say(f"Ticket {meant.ticket} of {sender_id} is released.")


@letters.command("list")
def list_letters(
    context: typer.Context,
    every: Annotated[bool, typer.Option("--all", help="Also those that were sent again.")] = False,
    limit: Annotated[int, typer.Option(min=1, max=100, help="How many.")] = 100,
    as_json: AsJson = False,
) -> None:
    """List messages that could not be stored, with the reason, the newest first."""
    found = client(context).dead_letters.list(closed=every, limit=limit)
    if as_json:
        print_json(found.items)
        return
    rows = (
        (one.id, moment(one.received_at), one.environment, moment(one.redriven_at), cut(one.reason, 100))
        for one in found.items
    )
    print_table(("letter", "refused", "environment", "sent again", "reason"), rows, note=f"{found.total} wait")


@letters.command("show")
def show_letter(context: typer.Context, letter: Letter, as_json: AsJson = False) -> None:
    """Show a message as it came, and why it was refused."""
    found = client(context).dead_letters.show(letter)
    if as_json:
        print_json(found)
        return
    say(f"Refused {moment(found.received_at)}: {found.reason}")
    typer.echo(plain(found.body or ""))


@letters.command("redrive")
def redrive(
    context: typer.Context,
    letter: Annotated[str | None, typer.Argument(metavar="LETTER", help="One letter.")] = None,
    every: Annotated[bool, typer.Option("--all", help="All that wait.")] = False,
    yes: Yes = False,
) -> None:
    """Send messages again, once the reason is gone; what is refused again is listed again."""
    if (letter is None) != every:
        raise typer.BadParameter("name a letter, or say --all")
    here = client(context).dead_letters
    if letter:
        here.redrive(letter)
        say("It is sent again.")
        return
    waiting = here.list(limit=1).total
    confirm(f"Send {waiting} messages again?", yes=yes)
    say(f"{_redrive_all(here, waiting)} messages are sent again.")


def _redrive_all(here: DeadLetters, waiting: int) -> int:
    """Send what waits now; what is refused again meanwhile is not sent in circles."""
    sent = 0
    with Progress(transient=True) as bars:
        bar = bars.add_task("messages", total=waiting)
        while sent < waiting and (done := here.redrive_some().sent):
            sent += done
            bars.update(bar, completed=sent)
    return sent


def audit(  # noqa: PLR0913  an option each
    context: typer.Context,
    *,
    actor: Annotated[str | None, typer.Option(help="Who.")] = None,
    action: Annotated[str | None, typer.Option(help="By which permission, as `users:create`.")] = None,
    on: Annotated[str | None, typer.Option(metavar="OBJECT", help="To what.")] = None,
    limit: Annotated[int, typer.Option(min=1, max=1000, help="How many.")] = 50,
    as_json: AsJson = False,
) -> None:
    """List who did what to which object, the newest first."""
    given = {"actor": actor, "action": action, "object": on}
    found = client(context).audit.list(limit=limit, **{name: value for name, value in given.items() if value})
    if as_json:
        print_json(found.items)
        return
    rows = ((moment(one.at), one.actor, one.action, one.object) for one in found.items)
    print_table(("when", "who", "what", "to"), rows, note=totals(len(found.items), found.total))
