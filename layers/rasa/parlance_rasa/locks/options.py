"""A lock store's options: what `endpoints.yml` may say, checked in one place."""

from __future__ import annotations

from typing import Any, Dict, NamedTuple

from parlance_rasa.locks.errors import StoreMisconfigured


class Options(NamedTuple):
    """What all three stores understand; times in seconds."""

    lease: float = 15.0
    """A holder or waiter that shows no sign of life for so long is put out of the queue."""
    heartbeat: float = 0.0
    """How often it shows one; by default a third of the lease. Quicker turns show none and cost nothing."""
    wait_cap: float = 120.0
    """A message that has waited so long for its turn fails with an error."""
    hold_cap: float = 600.0
    """A turn that runs so long is cancelled, so that a hung action cannot hold its conversation for ever."""
    queue_cap: int = 32
    """So many of one conversation may queue (the holder is one of them); the next fails at once."""
    key_prefix: str = ""
    """Put before every sender id, for several assistants on one table."""
    patience: float = 10.0
    """For so long a call is tried again while the service fails or throttles."""
    threads: int = 16
    """Worker threads for the blocking calls, each with its own connection."""
    metrics: float = 60.0
    """A JSON line of metrics every so many seconds in which something happened; 0 for none."""

    @property
    def beat_every(self) -> float:
        """Return the time between two signs of life."""
        return self.heartbeat or self.lease / 3


def read_options(given: Dict[str, Any]) -> Options:
    """Return the options among `given`, taking them out; raises StoreMisconfigured for a wrong value."""
    values = {name: given.pop(name) for name in Options._fields if name in given}
    try:
        options = Options(**{name: _like(Options._field_defaults[name], value) for name, value in values.items()})
    except (TypeError, ValueError) as error:
        raise StoreMisconfigured(f"Lock store: a number was expected: {error}") from error
    _check(options)
    return options


def refuse_unknown(left: Dict[str, Any], known: str) -> None:
    """Raise StoreMisconfigured if `left` is not empty: a misspelt option must not be silently ignored."""
    if left:
        names = ", ".join(sorted(left))
        raise StoreMisconfigured(f"Lock store: unknown option {names}. Known: {known}, {', '.join(Options._fields)}.")


def _like(default: Any, value: Any) -> Any:
    return type(default)(value)


def _check(options: Options) -> None:
    if not 0 < options.beat_every <= options.lease / 2:
        raise StoreMisconfigured("Lock store: `heartbeat` must be over 0 and at most half of `lease`.")
    if min(options.wait_cap, options.hold_cap, options.patience, options.queue_cap, options.threads) <= 0:
        raise StoreMisconfigured("Lock store: caps, `patience` and `threads` must be over 0.")
