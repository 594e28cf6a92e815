"""The WebSocket API: who a connection belongs to, and telling changes to those who may see them."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import msgspec

from parlance.adapters import connections, inbox, live_facts, sockets, tokens
from parlance.adapters.connections import Listener
from parlance.domain.errors import AppError
from parlance.domain.identity import GUEST, Principal
from parlance.domain.inbox import InboxListing
from parlance.domain.live import MOST, Changes, Frame
from parlance.services import jobs as work
from parlance.services.access import BEARER, by_token
from parlance.services.conversations import viewer_of
from parlance.services.live_audience import audience

if TYPE_CHECKING:
    from collections.abc import Iterator

AT_ONCE = 8
"""Pushes under way at the same time."""
SHOWN_JOBS = 5


class Hello(msgspec.Struct, frozen=True):
    """The first frame of a client."""

    authorization: str = msgspec.field(name="Authorization")


def receive(connection: str, text: str) -> str:
    """Take a client's frame: the first says who it is, any other keeps the connection open. Returns what it was."""
    try:
        hello = msgspec.json.decode(text, type=Hello)
    except (msgspec.MsgspecError, RecursionError):
        return "kept"
    try:
        principal, claims = _proven(hello.authorization)
    except AppError as error:
        sockets.push(connection, _encoded("connection", "refused", {"message": error.message}))
        sockets.hang_up(connection)
        return "refused"
    listener = Listener(
        connection=connection,
        username=principal.username,
        is_guest=GUEST in principal.roles,
        since=time.time(),
        link=claims.get("link"),
    )
    connections.admit(listener, float(claims["exp"]))
    sockets.push(connection, _encoded("connection", "connected", {"username": principal.username}))
    return "admitted"


def leave(connection: str) -> None:
    """Forget a connection that was closed."""
    connections.forget(connection)


def spread(changes: Changes) -> int:
    """Tell everybody what they may see of it; returns how many frames were sent."""
    people = audience(connections.listeners())
    sent = [
        (listener.connection, msgspec.json.encode(frame))
        for listener, principal in people
        for frame in _frames(changes, principal)
    ]
    with ThreadPoolExecutor(AT_ONCE) as threads:
        arrived = list(threads.map(lambda one: sockets.push(*one), sent))
    for connection in {one[0] for one, is_there in zip(sent, arrived, strict=True) if not is_there}:
        connections.forget(connection)
    return len(sent)


def _proven(authorization: str) -> tuple[Principal, dict[str, Any]]:
    token = authorization[len(BEARER) :].strip() if authorization.lower().startswith(BEARER) else authorization
    return by_token(token), tokens.read(token)


def _frames(changes: Changes, principal: Principal) -> Iterator[Frame]:
    """Yield what one caller gets to know."""
    for frame in _wanted(changes, principal):
        if set(frame.scopes) <= principal.scopes:
            yield frame


def _wanted(changes: Changes, principal: Principal) -> Iterator[Frame]:
    if changes.conversations:
        facts = live_facts.conversations(changes.conversations[:MOST], viewer_of(principal))
        if facts:
            yield Frame(topic="messages", name="message_sent", data={"conversations": facts}, scopes=("clients:get",))
    if changes.inbox and "logs.messages:list" in principal.scopes:
        count = inbox.count(InboxListing())
        yield Frame(topic="nlu", name="inbox_changed", data={"count": count}, scopes=("logs.messages:list",))
    if changes.jobs and "models.jobs:get" in principal.scopes:
        found, _ = work.list_jobs(states=(), limit=SHOWN_JOBS, offset=0)
        data = {"jobs": [work.describe(job) for job in found]}
        yield Frame(topic="jobs", name="job_changed", data=data, scopes=("models.jobs:get",))
    yield from _news(changes)


def _news(changes: Changes) -> Iterator[Frame]:
    """Yield what needs no look into the database; names and data are the contract's but for `model_changed`."""
    models, git = ("models:list",), ("repositories:get",)
    for added in changes.added:
        yield Frame(topic="models", name="model_added", data=added, scopes=models)
    if changes.promoted:
        yield Frame(topic="models", name="model_promoted", data={"model_name": changes.promoted}, scopes=models)
    if changes.models:
        yield Frame(topic="models", name="model_changed", data={}, scopes=models)
    if changes.pushed is not None:
        yield Frame(topic="ivc", name="changes_pushed", data={"branch": changes.pushed}, scopes=git)


def _encoded(topic: str, name: str, data: Any) -> bytes:
    return msgspec.json.encode(Frame(topic=topic, name=name, data=data, scopes=()))
