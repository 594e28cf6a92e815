"""What the event service is compared with: the original's way to write an event, the least that PostgreSQL can do."""

from __future__ import annotations

import io
import json
import time
from contextlib import closing
from typing import TYPE_CHECKING, Any

import msgspec
import sqlalchemy as sa
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

from parlance.adapters.copy_rows import HEADER, TRAILER, rows
from parlance.adapters.event_sql import COPY_EVENTS
from parlance.domain.messages import read

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.support.database import Database


BINARY = " (FORMAT binary)"
COPY = COPY_EVENTS.replace("events", "copied", 1)


class Base(DeclarativeBase):
    """Declarative base."""


class Event(Base):
    """An event as the original kept it; the row only, none of what it derived."""

    __tablename__ = "orm_events"
    id: Mapped[int] = mapped_column(primary_key=True)
    conversation_id: Mapped[str] = mapped_column(sa.String(255), index=True)
    type_name: Mapped[str] = mapped_column(sa.String(255))
    timestamp: Mapped[float] = mapped_column(index=True)
    data: Mapped[str] = mapped_column(sa.Text)
    __table_args__ = (sa.UniqueConstraint("conversation_id", "type_name", "timestamp"),)


def engine(database: Database) -> sa.Engine:
    """Return an engine with the original's table in place."""
    made = sa.create_engine("postgresql+pg8000://", creator=lambda: dbapi(database))
    Base.metadata.create_all(made)
    return made


def dbapi(database: Database) -> Any:
    """Open a DB-API connection."""
    import pg8000.dbapi

    from parlance.adapters.database import connection_arguments

    return pg8000.dbapi.connect(**connection_arguments(database.server.secret(database.name)))


def orm_events_per_s(database: Database, events: list[dict[str, Any]]) -> float:
    """One ORM commit an event."""
    with Session(engine(database)) as session:
        began = time.perf_counter()
        for event in events:
            save(session, event)
        return len(events) / (time.perf_counter() - began)


def save(session: Session, event: dict[str, Any]) -> None:
    """Write one event in a transaction of its own."""
    row = {"conversation_id": event["sender_id"], "type_name": event["event"], "timestamp": event["timestamp"]}
    session.add(Event(**row, data=json.dumps(event)))
    session.commit()


def copy_events_per_s(
    database: Database, batches: list[list[str]], *, indexes: bool = False, text: bool = False
) -> float:
    """COPY of rows that are ready, into a table without any index or with the key of `events`; binary, or as text."""
    events = [[event for body in batch for event in read(body, "production").read()] for batch in batches]
    ready = [HEADER + rows(batch) + TRAILER for batch in events]
    with closing(database.connect()) as connection:
        connection.run("DROP TABLE IF EXISTS copied")
        connection.run(f"CREATE TABLE copied (LIKE events {'INCLUDING INDEXES' if indexes else ''})")
        if text:
            ready = [as_text(connection, batch) for batch in ready]
        statement = COPY if not text else COPY.removesuffix(BINARY)
        began = time.perf_counter()
        for batch in ready:
            connection.run(statement, stream=[batch])
        return sum(map(len, events)) / (time.perf_counter() - began)


def as_text(connection: Any, batch: bytes) -> bytes:
    """Return a batch as COPY's text, written by PostgreSQL itself."""
    written = io.BytesIO()
    connection.run(COPY, stream=[batch])
    connection.run(COPY.replace("FROM STDIN", "TO STDOUT").removesuffix(BINARY), stream=written)
    connection.run("TRUNCATE copied")
    return written.getvalue()


def copy_from_messages_events_per_s(database: Database, batches: list[list[str]]) -> float:
    """COPY from the messages themselves, by the least Python that can do it: no identity, no check, nothing derived."""
    count = 0
    with closing(database.connect()) as connection:
        connection.run("DROP TABLE IF EXISTS copied")
        connection.run("CREATE TABLE copied (sender_id text, turn bigint, timestamp float8, type text, data jsonb)")
        began = time.perf_counter()
        for batch in batches:
            ready = [line for body in batch for line in plain_lines(msgspec.json.decode(body))]
            connection.run("COPY copied FROM STDIN", stream=[b"".join(ready)])
            count += len(ready)
        return count / (time.perf_counter() - began)


def plain_lines(turn: dict[str, Any]) -> Iterator[bytes]:
    """Return a turn's events as lines of COPY."""
    for event in turn["events"]:
        data = msgspec.json.encode(event).replace(b"\\", b"\\\\")
        head = f"{turn['sender_id']}\t{turn['turn']}\t{event['timestamp']!r}\t{event['event']}\t"
        yield head.encode() + data + b"\n"
