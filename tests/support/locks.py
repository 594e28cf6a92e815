"""Items of the lock table, as the lock store writes them: see layers/rasa, tests/locks/test_item.py."""

from __future__ import annotations

from parlance.adapters import aws
from parlance.settings import settings

TICKET = 1_795_342_492_290


def waiter(node: str, taken: float) -> str:
    """The name of one who waits since `taken`; `node` is `host.pid`."""
    return f"{node}.0a1b2c.1.{int(taken * 1000):x}"


def put(sender_id: str, **numbers: int) -> None:
    """Put an item into the table of the settings."""
    item = {"pk": {"S": sender_id}, **{key: {"N": str(value)} for key, value in numbers.items()}}
    aws.client("dynamodb").put_item(TableName=settings().lock_table, Item=item)


def hold(sender_id: str, now: float) -> None:
    """Make node-a hold a conversation since 30 seconds, with ticket TICKET, and node-b wait since two."""
    one, two = waiter("node-a.12", now - 30), waiter("node-b.7", now - 2)
    names = {f"t_{two}": TICKET + 1, f"t_{one}": TICKET, f"b_{one}": 6}
    put(sender_id, seq=TICKET + 2, n=2, expires_at=int(now) + 99, **names)
