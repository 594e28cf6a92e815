"""Do the configured parts really load? Rasa only warns when they do not, and runs without them."""

import contextlib
import inspect
import socket
from typing import Any, List

from rasa.core.brokers.broker import EventBroker
from rasa.core.lock_store import LockStore
from rasa.core.tracker_store import TrackerStore
from rasa.core.utils import AvailableEndpoints
from rasa.shared.utils.common import class_from_module_path

from parlance_rasa.errors import PartMissingError, reason


async def check(endpoints: AvailableEndpoints) -> None:
    """Load tracker store, event broker and lock store as Rasa will, and let go of them; raise `PartMissingError`."""
    parts: List[Any] = []
    try:
        parts.append(await _loaded("event_broker", endpoints.event_broker, EventBroker.create))
        parts.append(await _loaded("tracker_store", endpoints.tracker_store, TrackerStore.create))
        parts.append(await _loaded("lock_store", endpoints.lock_store, LockStore.create))
    finally:
        for part in parts:
            await _let_go(part)


def check_port(host: str, port: int) -> None:
    """Raise `PartMissingError` when another process listens where Rasa shall."""
    with contextlib.closing(socket.socket()) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise PartMissingError(
                "Rasa cannot listen on %s:%d (%s): stop what uses the port or set RASA_PORT."
                % (host, port, error.strerror)
            ) from error


async def _loaded(section: str, config: Any, create: Any) -> Any:
    if config is None or not config.type:
        raise PartMissingError("endpoints.yml has no %s with a type: add one." % section)
    wanted = _wanted(section, config.type)
    try:
        part = create(config)
        part = await part if inspect.isawaitable(part) else part
    except Exception as error:
        raise PartMissingError("The %s %r does not start: %s" % (section, config.type, reason(error))) from error
    if part is None or (wanted and not isinstance(part, wanted)):
        raise PartMissingError("The %s %r did not load: see the warning above." % (section, config.type))
    return part


def _wanted(section: str, name: str) -> Any:
    """Return the class of a custom part; None for the short names of Rasa's own."""
    if "." not in name:
        return None
    try:
        return class_from_module_path(name)
    except (ImportError, AttributeError) as error:
        raise PartMissingError(
            "endpoints.yml names the %s %r, which cannot be imported (%s): check its spelling." % (section, name, error)
        ) from error


async def _let_go(part: Any) -> None:
    if hasattr(part, "engine"):
        part.engine.dispose()
    if hasattr(part, "database"):
        part.database.close()
    closing = part.close() if hasattr(part, "close") else None
    if inspect.isawaitable(closing):
        await closing
