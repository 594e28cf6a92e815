"""The race again, over a network that loses, repeats, delays and refuses: every message runs, once, alone, in order."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import urlsplit

from tests.proofs.locks import race
from tests.proofs.locks.proxy import Proxy
from tests.proofs.locks.servers import OURS

if TYPE_CHECKING:
    from typing import Any

    from tests.proofs.locks.proxy import Faults
    from tests.proofs.locks.race import Outcome, Race
    from tests.proofs.locks.servers import Nursery

STORE = {"lease": 3.0, "patience": 30.0, "wait_cap": 120.0}
TIMEOUT = {"dynamodb": {"timeout": 1.0}, "redis": {"socket_timeout": 1.0}, "postgres": {"timeout": 1.0}}
STUCK = 150.0


class Weather(NamedTuple):
    """How a race over a failing network went."""

    outcome: Outcome
    faults: dict[str, int]
    retries: int
    evictions: int
    lost_leases: int


def run(nursery: Nursery, entry: Race, faults: Faults) -> Weather:
    """Race through a proxy and judge."""
    options = nursery.servers.options(entry.store)
    if entry.store in OURS:
        options |= {**STORE, **TIMEOUT[entry.store]}
    proxy = Proxy(port_of(options), faults, http=entry.store == "dynamodb")
    try:
        told = {"store": through(options, proxy.port), "stuck": STUCK}
        nodes = nursery.race([{**told, "plan": own} for own in race.plan(entry)])
        nodes.go()
        nodes.await_end()
    finally:
        proxy.close()
    facts = nodes.facts()
    totals = [fact for fact in facts if fact["event"] == "metrics"]
    sums = {name: sum(own[name] for own in totals) for name in ("retries", "evictions", "lost_leases")}
    return Weather(race.judge(facts), dict(proxy.counts), **sums)


def port_of(options: dict[str, Any]) -> int:
    """Return where the service listens."""
    return urlsplit(options["endpoint"]).port or 0 if "endpoint" in options else options["port"]


def through(options: dict[str, Any], port: int) -> dict[str, Any]:
    """Return the same options by way of another port."""
    return {**options, **({"endpoint": f"http://127.0.0.1:{port}"} if "endpoint" in options else {"port": port})}
