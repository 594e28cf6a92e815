"""Exhaustive search: every state that a model can reach, breadth first, so that a fault comes with a shortest trace."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, Protocol

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable


class Model(Protocol):
    """What can be searched: a start, the steps from a state (with their names), and what must hold."""

    def start(self) -> Hashable: ...
    def canonical(self, state: Hashable) -> Hashable: ...
    def steps(self, state: Hashable) -> Iterable[tuple[str, Hashable]]: ...
    def fault(self, state: Hashable, *, final: bool) -> str | None: ...


class Verdict(NamedTuple):
    """What a search found: how many states, and the first fault with the steps that lead there."""

    states: int
    fault: str | None
    trace: list[str]

    def __str__(self) -> str:
        """Write it for people."""
        if self.fault is None:
            return f"{self.states:,} states, no fault"
        return f"{self.fault} after {len(self.trace)} steps ({self.states:,} states): " + " / ".join(self.trace)


def explore(model: Model) -> Verdict:
    """Visit every reachable state once (states that differ in names only count as one); stop at the first fault."""
    start = model.start()
    layer = [(model.canonical(start), start)]
    came: dict[Hashable, tuple[str, Hashable] | None] = {layer[0][0]: None}
    while layer:
        following = []
        for key, state in layer:
            final = True
            for name, reached in model.steps(state):
                final = False
                if (reached_key := model.canonical(reached)) not in came:
                    came[reached_key] = (name, key)
                    following.append((reached_key, reached))
            fault = model.fault(state, final=final)
            if fault:
                return Verdict(len(came), fault, _trace(came, key))
        layer = following
    return Verdict(len(came), None, [])


def _trace(came: dict[Hashable, tuple[str, Hashable] | None], key: Hashable) -> list[str]:
    names = []
    while (step := came[key]) is not None:
        names.append(step[0])
        key = step[1]
    return names[::-1]
