"""`type: parlance_rasa.locks.dynamodb.DynamoLockStore`: two writes a message, the first of them before the reply."""

from __future__ import annotations

import os
import time
from typing import TYPE_CHECKING, Any, Dict, Optional

from parlance_rasa.locks.calls import Connections
from parlance_rasa.locks.endpoint import find_endpoint, opened
from parlance_rasa.locks.errors import StoreMisconfigured
from parlance_rasa.locks.options import read_options, refuse_unknown
from parlance_rasa.locks.service import two_sided
from parlance_rasa.locks.store import TicketLockStore
from parlance_rasa.locks.tickets import Seen, View
from parlance_rasa.locks.wire import Refused, Table, Wire

if TYPE_CHECKING:
    from rasa.utils.endpoints import EndpointConfig

    from parlance_rasa.locks.service import Sides

KEPT_SECONDS = 7 * 24 * 3600
FIRST_POLL = 0.02

TAKE = (
    "SET seq = if_not_exists(seq, :base) + :one, #t = if_not_exists(seq, :base), expires_at = :expires ADD n :one",
    "attribute_not_exists(#t) AND (attribute_not_exists(n) OR n < :cap)",
)
BEAT = ("SET expires_at = :expires ADD #b :one", "#t = :ticket")
LEAVE = ("REMOVE #t, #b ADD n :less", "attribute_exists(#t)")
EVICT_SILENT = ("REMOVE #t ADD n :less", "#t = :ticket AND attribute_not_exists(#b)")
EVICT = ("REMOVE #t, #b ADD n :less", "#t = :ticket AND #b = :beat")


class DynamoQueues:
    """One item a conversation: `seq`, `n`, `expires_at`, and `t_<waiter>`, `b_<waiter>` for each who waits."""

    def __init__(self, wire: Wire) -> None:
        self._wire = wire

    async def take(self, key: str, waiter: str, base: int, cap: int) -> View:
        """See `service.Service`. Refused means: in already (a repeated call), or full; the item tells which."""
        values = {":base": base, ":one": 1, ":cap": cap, ":expires": _expiry()}
        try:
            return await self._update(key, TAKE, values, names={"#t": f"t_{waiter}"})
        except Refused as refused:
            return view_of(refused.item) if refused.item else await self.look(key)

    async def look(self, key: str) -> View:
        """See `service.Service`."""
        answer = await self._wire.call("GetItem", {"Key": {"pk": {"S": key}}, "ConsistentRead": True})
        return view_of(answer.get("Item", {}))

    async def beat(self, key: str, waiter: str, ticket: int) -> bool:
        """See `service.Service`."""
        try:
            await self._update(key, BEAT, {":one": 1, ":expires": _expiry(), ":ticket": ticket}, names=_names(waiter))
        except Refused:
            return False
        return True

    async def evict(self, key: str, seen: Seen) -> bool:
        """See `service.Service`."""
        values = {":less": -1, ":ticket": seen.ticket}
        try:
            if seen.beat:
                await self._update(key, EVICT, {**values, ":beat": seen.beat}, names=_names(seen.waiter))
            else:
                await self._update(key, EVICT_SILENT, values, names=_names(seen.waiter))
        except Refused:
            return False
        return True

    async def give_back(self, key: str, waiter: str) -> Optional[View]:
        """See `service.Service`."""
        try:
            return await self._update(key, LEAVE, {":less": -1}, names=_names(waiter))
        except Refused:
            return None

    async def _update(self, key: str, step: Any, values: Dict[str, int], *, names: Dict[str, str]) -> View:
        change, condition = step
        answer = await self._wire.call(
            "UpdateItem",
            {
                "Key": {"pk": {"S": key}},
                "UpdateExpression": change,
                "ConditionExpression": condition,
                "ExpressionAttributeNames": names,
                "ExpressionAttributeValues": {name: {"N": str(value)} for name, value in values.items()},
                "ReturnValues": "ALL_NEW",
                "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
            },
        )
        return view_of(answer.get("Attributes", {}))


class DynamoLockStore(TicketLockStore):
    """Options: `table`, `region`, `endpoint`, `timeout` and those of `options.Options`."""

    def __init__(self, endpoint_config: Optional[EndpointConfig] = None) -> None:
        """Find table and credentials and use them once; raises StoreMisconfigured with one sentence."""
        given = dict(endpoint_config.kwargs) if endpoint_config else {}
        given.setdefault("endpoint", endpoint_config.url if endpoint_config else None)
        options = read_options(given)
        super().__init__(queues(find_table(given), options.threads), options, name="dynamodb", first_poll=FIRST_POLL)


def queues(table: Table, most: int) -> Sides:
    """Return the service on a table."""
    connections = Connections(lambda: opened(table.endpoint), table.endpoint.timeout, most)
    return two_sided(lambda carrier: DynamoQueues(Wire(table, carrier)), connections)


def find_table(given: Dict[str, Any]) -> Table:
    """Resolve table, region, endpoint and credentials as the AWS SDK does; `given` wins over the environment."""
    from botocore.exceptions import BotoCoreError, NoCredentialsError, NoRegionError

    table = given.pop("table", None) or os.environ.get("LOCK_TABLE")
    if not table:
        raise StoreMisconfigured("DynamoDB lock store: no table given: set `table` or LOCK_TABLE.")
    region, url = given.pop("region", None), given.pop("endpoint", None)
    timeout = float(given.pop("timeout", 2.0))
    refuse_unknown(given, "table, region, endpoint, timeout")
    try:
        return Table(table, find_endpoint("dynamodb", timeout, region, url))
    except NoRegionError as error:
        raise StoreMisconfigured("DynamoDB lock store: no region given: set `region` or AWS_REGION.") from error
    except NoCredentialsError as error:
        raise StoreMisconfigured("DynamoDB lock store: no AWS credentials found.") from error
    except (BotoCoreError, ValueError) as error:
        raise StoreMisconfigured(f"DynamoDB lock store: {error}") from error


def view_of(item: Dict[str, Any]) -> View:
    """Read an item as DynamoDB's JSON shows it."""
    return View(_numbers(item, "t_"), _numbers(item, "b_"))


def _numbers(item: Dict[str, Any], prefix: str) -> Dict[str, int]:
    return {name[2:]: int(value["N"]) for name, value in item.items() if name.startswith(prefix)}


def _names(waiter: str) -> Dict[str, str]:
    return {"#t": f"t_{waiter}", "#b": f"b_{waiter}"}


def _expiry() -> int:
    return int(time.time()) + KEPT_SECONDS
