"""One outage under load, and what became of every message that was said meanwhile."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, NamedTuple

from tests.proofs.outages.systems import SYSTEMS
from tests.proofs.outages.talker import talking

if TYPE_CHECKING:
    from pathlib import Path

    from tests.proofs.outages.systems import System

CALM_S = 5.0
"""Talk before and after, the time to reconnect not counted."""


class Outage(NamedTuple):
    """Which parts of which system are away, one after the other, for how long, and how many messages a second."""

    system: str
    parts: tuple[str, ...]
    seconds: float
    rate: float = 10.0
    killed: bool = False
    """Whether the bot is killed in the middle of the last one, and started again after it."""


class Fate(NamedTuple):
    """What became of the messages."""

    said: int
    answered: int
    refused: int
    """Their sender saw an error, or no answer."""
    lost: int
    """Answered, and never seen by the workbench."""
    forgotten: int
    """Answered, and not in the tracker store: the bot itself forgot them."""
    ghosts: int
    """Seen by the workbench and in no tracker store."""


def run(folder: Path, outage: Outage) -> Fate:
    """Talk, take each part away and bring it back, let everything arrive, count."""
    with SYSTEMS[outage.system](folder) as system:
        with talking(folder, system.endpoints, outage.rate) as talker:
            time.sleep(CALM_S)
            for part in outage.parts:
                system.cut(part)
                time.sleep(outage.seconds)
                if outage.killed:
                    break
                system.mend(part)
                time.sleep(CALM_S + outage.seconds / 4)
            else:
                talker.end()
        messages = talker.messages + (again(folder, system, outage) if outage.killed else [])
        return fate(messages, kept=system.kept(), arrived=system.arrived())


def again(folder: Path, system: System, outage: Outage) -> list[dict[str, object]]:
    """Bring back what is away, then the bot that was killed; return what the new one said."""
    system.mend(outage.parts[-1])
    with talking(folder, system.endpoints, outage.rate, first=1_000_000) as talker:
        time.sleep(CALM_S + outage.seconds / 4)
        talker.end()
    return talker.messages


def fate(messages: list[dict[str, object]], *, kept: set[str], arrived: set[str]) -> Fate:
    """Compare what was answered with what is in the stores."""
    answered = {str(message["text"]) for message in messages if message["answered"]}
    return Fate(
        said=len(messages),
        answered=len(answered),
        refused=len(messages) - len(answered),
        lost=len(answered - arrived),
        forgotten=len(answered - kept),
        ghosts=len(arrived - kept),
    )
