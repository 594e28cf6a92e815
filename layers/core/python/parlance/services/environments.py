"""Environments: shown, switched on and off, put to sleep and woken; the canary's share of new conversations."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from typing import Any

import msgspec

from parlance.adapters import environments as store
from parlance.adapters import serving
from parlance.adapters.serving import Running
from parlance.adapters.sql import transaction
from parlance.adapters.tasks import Refusal
from parlance.domain.environments import CANARY, WORKER, Environment, Place, State, place_of, places
from parlance.domain.errors import Conflict, Invalid, Unavailable
from parlance.domain.models import PRODUCTION
from parlance.domain.schedules import Schedule, check, is_lingering, is_open
from parlance.domain.training.etags import etag, tagged
from parlance.settings import settings

STARTING = "Rasa is asleep to save money and has been woken: that takes about a minute."
RETRY_AFTER = 5
MOST_STEPS = 50
FLEETING = ("url", "tag", "wanted", "running", "model", "refused")
"""What nobody sets here; it is no part of an environment's entity tag."""


class Change(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What to change of an environment; what is left out stays as it is. `schedule: null` ends the schedule."""

    state: State | msgspec.UnsetType = msgspec.UNSET
    schedule: Schedule | msgspec.UnsetType | None = msgspec.UNSET
    share: int | msgspec.UnsetType = msgspec.UNSET
    etag: str | msgspec.UnsetType = msgspec.UNSET
    """The one of the environment as it was read, like `If-Match`."""


def known_places() -> dict[str, Place]:
    """Return the environments of this installation."""
    one = settings()
    return places(one.rasa_url, one.rasa_environments, one.cluster)


def show() -> dict[str, Any]:
    """Return the contract's YAML, and what each environment is and does."""
    found = known_places()
    rows, counts = store.known(), _counts([place.service for place in found.values()])
    details = [_describe(name, place, rows.get(name), counts[place.service]) for name, place in found.items()]
    tag = etag("".join(one["etag"] for one in details))
    off = {one["name"] for one in details if one["state"] == "off"}
    return {"environments": _as_yaml(found, off), "details": [*details, _worker()], "etag": tag}


def show_one(name: str) -> dict[str, Any]:
    """Return what an environment is and does; raises NotFound."""
    place = place_of(name, known_places())
    return _describe(name, place, store.known().get(name), _counts([place.service])[place.service])


def change(name: str, wanted: Change) -> dict[str, Any]:
    """Switch an environment, give it a schedule or, the canary, a share. Raises NotFound, Invalid, Unavailable."""
    place = place_of(name, known_places())
    if wanted.schedule:
        check(wanted.schedule)
    with transaction():
        before = store.held(name)
        after = _changed(before, wanted)
        store.save(after)
        if wanted.state is not msgspec.UNSET:
            _want(place, 1 if after.state == "on" else 0)
    return _describe(name, place, after, _counts([place.service])[place.service])


def wake(name: str) -> dict[str, Any]:
    """Wake an environment that is asleep, as a message does; one that is off or awake stays so. Raises NotFound."""
    place = place_of(name, known_places())
    with transaction():
        row = store.held(name)
        if row.state == "asleep":
            now = datetime.now(UTC)
            row = msgspec.structs.replace(row, state="on", woken_at=now)
            store.save(row)
            _want(place, 1)
            return {"environment": name, "state": "waking", "retry_after": RETRY_AFTER, "message": STARTING}
    return {"environment": name, "state": row.state, "retry_after": RETRY_AFTER, "message": _words(name, row.state)}


def keep_hours() -> int:
    """Put to sleep and wake what has a schedule; return how many changed. For the sweeper.

    Raises Unavailable at the end when ECS refused one of them.
    """
    changed, refused = 0, []
    for name, place in known_places().items():
        row = store.known().get(name)
        if row and row.schedule and row.state != "off":
            try:
                changed += _keep_hours(name, place)
            except Unavailable as error:
                refused.append(f"{name}: {error.message}")
    if refused:
        raise Unavailable("; ".join(refused), code="EcsRefused")
    return changed


def canary_steps() -> tuple[str, tuple[tuple[int, int], ...]] | None:
    """Return the canary's address and steps for Rasa production; None while there is none to send anybody to."""
    place, row = known_places().get(CANARY), store.known().get(CANARY)
    if place is None or row is None or row.state != "on" or not row.steps:
        return None
    return place.url, row.steps


def _keep_hours(name: str, place: Place) -> int:
    with transaction():
        row, now = store.held(name), datetime.now(UTC)
        if row.schedule is None or row.state == "off":
            return 0
        heard = max(store.latest_message(), row.woken_at.timestamp() if row.woken_at else 0.0)
        awake = is_open(row.schedule, now) or is_lingering(row.schedule, now, heard)
        state: State = "on" if awake else "asleep"
        if state == row.state:
            return 0
        store.save(msgspec.structs.replace(row, state=state))
        _want(place, 1 if awake else 0)
        return 1


def _changed(row: Environment, wanted: Change) -> Environment:
    if wanted.state is not msgspec.UNSET:
        row = msgspec.structs.replace(row, state=wanted.state)
    if wanted.state == "on":
        row = msgspec.structs.replace(row, woken_at=datetime.now(UTC))  # it lingers, also outside of its hours
    if wanted.schedule is not msgspec.UNSET:
        row = msgspec.structs.replace(row, schedule=wanted.schedule)
    if row.name == CANARY and row.state != "on":
        row = msgspec.structs.replace(row, steps=())  # its conversations go on with production
    return _shared(row, wanted.share) if wanted.share is not msgspec.UNSET else row


def _shared(row: Environment, share: int) -> Environment:
    if row.name != CANARY:
        raise Invalid(f"Only the canary has a `share`, {row.name} has none.")
    if not 0 <= share <= 100:  # noqa: PLR2004  percent
        raise Invalid("`share` is a percentage, 0 to 100.")
    if row.state != "on":
        raise Conflict('The canary does not run: send `"state": "on"` as well.', code="CanaryOff")
    if row.share == share and row.steps:
        return row
    steps = (*row.steps[-MOST_STEPS:], (int(time.time() * 1000), share))
    return msgspec.structs.replace(row, steps=steps)


def _want(place: Place, count: int) -> None:
    """Have ECS start or stop an environment; more servers than one are ECS's own business once it runs."""
    try:
        if serving.look([place.service])[place.service].wanted == 0 or count == 0:
            serving.want(place.service, count)
    except Refusal as error:
        raise Unavailable(str(error), code="EcsRefused") from error


def _counts(services: list[str]) -> dict[str, Running]:
    try:
        return serving.look(services)
    except Refusal:
        return {name: Running() for name in services}


def _describe(name: str, place: Place, row: Environment | None, count: Running) -> dict[str, Any]:
    state = row.state if row and (row.state != "on" or count.wanted) else ("on" if count.wanted else "off")
    schedule = msgspec.to_builtins(row.schedule) if row and row.schedule else None
    shown = {"name": name, "tag": name, "url": place.url, "state": state, "wanted": count.wanted}
    canary = {"share": row.share if row and state == "on" else 0} if name == CANARY else {}
    said = (row.verdict if row else None) or {}
    models = {"model": said.get("live"), "refused": said.get("refused")}
    return tagged({**shown, "running": count.running, "schedule": schedule, **models, **canary}, *FLEETING)


def _worker() -> dict[str, Any]:
    words = "A task is started for each job; nothing runs in between."
    return {"name": WORKER, "tag": None, "url": None, "state": "on", "wanted": 0, "running": 0, "message": words}


def _as_yaml(found: dict[str, Place], off: set[str]) -> str:
    """Return what runs or sleeps; what is off is a comment, so that the text as it is changes nothing."""
    entries = {name: f"  {name}:\n    url: {place.url}\n    token: ${{RASA_TOKEN}}\n" for name, place in found.items()}
    listed = [entry for name, entry in entries.items() if name not in off]
    return "rasa:\n" + "".join(listed) + "".join(_commented(entries[name]) for name in found if name in off)


def _commented(entry: str) -> str:
    return "# off:\n" + "".join(f"# {line}\n" for line in entry.splitlines())


def _words(name: str, state: str) -> str:
    if state == "off":
        return f"{name} is switched off: somebody with the permission environments:update can switch it on."
    return "Rasa is getting ready; that takes about half a minute." if name == PRODUCTION else f"{name} is on."
