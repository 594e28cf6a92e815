"""Conversations: list, show, review."""

from __future__ import annotations

from datetime import datetime
from itertools import islice
from typing import TYPE_CHECKING, Annotated, Any

import msgspec
import typer

from parlance.domain.conversations import Listing, ReviewStatus
from parlance_client.cli.connection import client
from parlance_client.cli.output import AsJson, cut, moment, plain, print_json, print_table, say, totals

if TYPE_CHECKING:
    from collections.abc import Callable

    from parlance.domain.shapes import Conversation

app = typer.Typer(no_args_is_help=True, help="Read and review what users and bot said.")

Words = Annotated[list[str] | None, typer.Option(metavar="NAME", help="May be given several times: any of them.")]
Share = Annotated[float | None, typer.Option(min=0, max=1, help="Of an action's prediction, 0 to 1.")]
Id = Annotated[str, typer.Argument(metavar="ID", help="The conversation's id.")]


@app.command("list")
def list_conversations(  # noqa: PLR0913  an option each
    context: typer.Context,
    *,
    text: Annotated[str | None, typer.Option(help="Something that the user said.")] = None,
    intent: Words = None,
    action: Words = None,
    entity: Words = None,
    channel: Words = None,
    model: Words = None,
    status: Annotated[ReviewStatus | None, typer.Option(help="The review status.")] = None,
    since: Annotated[datetime | None, typer.Option(help="With an event since then, in your zone.")] = None,
    min_confidence: Share = None,
    max_confidence: Share = None,
    flagged: Annotated[bool, typer.Option("--flagged", help="With a flagged message.")] = False,
    doubtful_first: Annotated[bool, typer.Option("--doubtful-first", help="Lowest confidence first.")] = False,
    limit: Annotated[int, typer.Option(min=1, help="How many.")] = 20,
    as_json: AsJson = False,
) -> None:
    """List conversations, the latest first; filters combine."""
    listing = Listing(
        text=text,
        intent=tuple(intent or ()),
        action=tuple(action or ()),
        entity=tuple(entity or ()),
        input_channels=tuple(channel or ()),
        model=tuple(model or ()),
        review_status=(status,) if status else (),
        start=since.astimezone().timestamp() if since else None,
        minimum_confidence=min_confidence,
        maximum_confidence=max_confidence,
        is_flagged=flagged,
        sort_by_confidence=doubtful_first,
        limit=min(limit, 500),
    )
    conversations = client(context).conversations
    found = list(islice(conversations.every(listing), limit))
    if as_json:
        print_json(found)
        return
    whole = conversations.list(msgspec.structs.replace(listing, limit=0))
    titles = ("conversation", "latest event", "messages", "confidence", "review", "the user's last words")
    print_table(titles, map(_row, found), note=totals(len(found), whole.total, is_minimum=whole.is_minimum))


def _row(one: Conversation) -> tuple[Any, ...]:
    said = cut(one.latest_user_message)
    when, how_sure = moment(one.latest_event_time), one.minimum_action_confidence
    return one.sender_id, when, one.n_user_messages, how_sure, one.review_status, said


@app.command()
def show(context: typer.Context, sender_id: Id, as_json: AsJson = False) -> None:
    """Show a conversation: what was said and done, in order."""
    tracker = client(context).conversations.show(sender_id)
    if as_json:
        print_json(tracker)
        return
    for event in tracker.events:
        if line := _line(event):
            typer.echo(f"{moment(event.get('timestamp'))}  {plain(line)}")


@app.command()
def review(
    context: typer.Context,
    sender_id: Id,
    status: Annotated[ReviewStatus, typer.Option(help="What it is from now on.")] = "reviewed",
) -> None:
    """Mark a conversation reviewed, unread or saved for later."""
    client(context).conversations.review(sender_id, status)
    say(f"{sender_id} is {status.replace('_', ' ')}.")


def _line(event: dict[str, Any]) -> str:
    """Return one event for people; nothing for Rasa's own bookkeeping."""
    write = LINES.get(event.get("event", ""))
    return write(event) if write else ""


def _user(event: dict[str, Any]) -> str:
    intent = (event.get("parse_data") or {}).get("intent") or {}
    guess = f"   [{intent['name']} {intent.get('confidence') or 0:.2f}]" if intent.get("name") else ""
    return f"user    {event.get('text') or ''}{guess}"


def _action(event: dict[str, Any]) -> str:
    if event.get("name") in {None, "action_listen", "action_session_start"}:
        return ""
    policy = f"   [{event['policy']} {event.get('confidence') or 0:.2f}]" if event.get("policy") else ""
    return f"action  {event['name']}{policy}"


LINES: dict[str, Callable[[dict[str, Any]], str]] = {
    "user": _user,
    "action": _action,
    "bot": lambda event: f"bot     {event.get('text') or '(no text)'}",
    "slot": lambda event: f"slot    {event.get('name')} = {event.get('value')}",
    "active_loop": lambda event: f"form    {event.get('name') or 'none'}",
}
