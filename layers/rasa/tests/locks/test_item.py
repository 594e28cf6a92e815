"""The item on DynamoDB as the workbench and operators read it (tests/integration/test_locks.py reads the same)."""

import asyncio
import os
import re
import time

import boto3
import pytest

from parlance_rasa.locks.tickets import Names, split_name


@pytest.fixture
def kind():
    return "dynamodb"


def test_an_item_names_its_waiters_counts_them_and_expires_in_a_week(store, sender, run):
    table = boto3.resource("dynamodb").Table("locks")

    async def talk():
        async with store.lock(sender) as lock:
            item = {}
            while not any(value for name, value in item.items() if name.startswith("b_")):
                await asyncio.sleep(0.1)
                item = table.get_item(Key={"pk": sender})["Item"]
            return lock.now_serving, item

    ticket, item = run(talk())
    store.close()

    (name,) = [key[2:] for key in item if key.startswith("t_")]
    assert item[f"t_{name}"] == ticket
    assert item[f"b_{name}"] >= 1
    assert (item["seq"], item["n"]) == (ticket + 1, 1)
    assert abs(int(item["expires_at"]) - time.time() - 7 * 24 * 3600) < 60
    assert set(item) == {"pk", "seq", "n", "expires_at", f"t_{name}", f"b_{name}"}
    assert re.fullmatch(r"[A-Za-z0-9-]{1,16}\.%d\.[0-9a-f]{6}\.[0-9a-f]+\.[0-9a-f]+" % os.getpid(), name)
    assert table.get_item(Key={"pk": sender})["Item"].keys() == {"pk", "seq", "n", "expires_at"}


def test_a_name_tells_where_and_since_when():
    name = Names(clock=lambda: 1_795_342_492_290)()

    node, since = split_name(name)

    assert node.endswith(f".{os.getpid()}")
    assert since == 1_795_342_492.29
