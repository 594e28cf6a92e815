# ruff: noqa: N818 - named by what happened, as Rasa's users read it in a log
"""What a lock store may raise: all are Rasa's own `LockError`, which its channels log and its HTTP API answers with."""

from __future__ import annotations

from rasa.core.lock_store import LockError
from rasa.shared.exceptions import InvalidConfigException


class Refusal(LockError):
    """A message that was not handled; `status` is what a server would answer over HTTP."""

    status = 503


class QueueFull(Refusal):
    """Too many messages of this conversation wait already; the message was not taken."""

    status = 429


class WaitedTooLong(Refusal):
    """The turn did not come within the wait cap; the message was not handled."""


class LeaseLost(Refusal):
    """The lock went to another node while the turn ran; the turn was cancelled."""


class StoreUnavailable(Refusal):
    """The lock's service did not answer within the store's patience."""


class StoreMisconfigured(InvalidConfigException, LockError):
    """The service answers, and refuses: a wrong table, credentials, permission or option. No retry would help."""


class Transient(Exception):
    """A try failed, the next may not: throttled, time-out, connection lost, a 500."""
