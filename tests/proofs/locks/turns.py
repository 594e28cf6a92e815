"""The safety of turns: lock and tracker store together, whatever goes wrong.

Processes handle messages of one conversation: take a ticket, wait to be first, read the conversation, write it, give
the ticket back. Time is left out: whoever waits may evict anybody before it at any moment, as if each lease were over.
Faults are budgets of a run: evictions of the living, crashes, calls that are sent again because the reply was lost,
calls that the network delivers after their sender has gone on, and the item's removal by its age.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

TAKING, WAITING, HOLDING, READ, WRITTEN, DONE, DEAD = "taking", "waiting", "holding", "read", "written", "done", "dead"
INSIDE = (HOLDING, READ)


class Item(NamedTuple):
    """The lock's item. A waiter is `(process, message)`; `seq` is the next ticket."""

    seq: int
    queue: tuple[tuple[tuple[int, int], int], ...]

    def ticket(self, waiter: tuple[int, int]) -> int | None:
        return next((ticket for name, ticket in self.queue if name == waiter), None)

    def without(self, waiter: tuple[int, int]) -> Item:
        return self._replace(queue=tuple(entry for entry in self.queue if entry[0] != waiter))

    def first(self) -> tuple[int, int] | None:
        return min(self.queue, key=lambda entry: entry[1])[0] if self.queue else None


class Conversation(NamedTuple):
    """The tracker store: version, the highest ticket that wrote, and which messages its history has (a bit each)."""

    version: int
    ticket: int
    history: int


class Process(NamedTuple):
    """One node: which message it handles, how far it is, its ticket, and what it read."""

    message: int
    phase: str
    ticket: int
    seen: Conversation | None


class Budget(NamedTuple):
    """How many faults of each kind are left."""

    evictions: int = 0
    crashes: int = 0
    repeats: int = 0
    late: int = 0
    removals: int = 0


class State(NamedTuple):
    """Everything: item, store, processes, faults left, and the highest ticket that was ever issued."""

    item: Item | None
    store: Conversation
    processes: tuple[Process, ...]
    left: Budget
    highest: int
    broken: str | None


class Turns(NamedTuple):
    """The model, and its weakened variants.

    `store`: "version" compares ticket and version at the write and keeps a late turn beside the others (the design);
    "ticket" compares the ticket only; "none" writes what it has. `take`: "named" repeats safely (the design); "append"
    queues a repeated call twice. `base`: "clock" starts a new item's tickets after all earlier ones (the design);
    "zero" starts again.
    """

    processes: int = 3
    messages: int = 2
    budget: Budget = Budget()
    store: str = "version"
    take: str = "named"
    base: str = "clock"

    def start(self) -> State:
        idle = Process(0, TAKING, 0, None)
        return State(None, Conversation(0, 0, 0), (idle,) * self.processes, self.budget, 0, None)

    def canonical(self, state: State) -> State:
        """Name things by their order only: processes by how far they are, tickets and versions by their rank."""
        progress = [process[:3] for process in state.processes]
        order = sorted(range(self.processes), key=progress.__getitem__)
        return self._renamed(state, Names(self.messages, order, *_ranks(state)))

    def _renamed(self, state: State, names: Names) -> State:
        item, highest = state.item, names.tickets[state.highest]
        if item:
            queue = tuple([((names.order.index(p), m), names.tickets[ticket]) for (p, m), ticket in item.queue])
            item = Item(highest + 1 if self.base == "clock" else item.seq, queue)
        processes = tuple([names.process(state.processes[old]) for old in names.order])
        return State(item, names.conversation(state.store), processes, state.left, highest, state.broken)

    def steps(self, state: State) -> Iterator[tuple[str, State]]:
        if state.broken:
            return
        for number, process in enumerate(state.processes):
            for name, reached in self._process_steps(state, number, process):
                yield f"{number}: {name}", reached
        if state.item and state.left.removals:
            yield "the item expires", _spend(state, "removals")._replace(item=None)

    def fault(self, state: State, *, final: bool) -> str | None:
        if state.broken:
            return state.broken
        left = self.budget.evictions - state.left.evictions + self.budget.removals - state.left.removals
        if not left and sum(process.phase in INSIDE for process in state.processes) > 1:
            return "two turns at once, though nobody was put out"
        if final and any(process.phase not in (DONE, DEAD) for process in state.processes):
            return "deadlock"
        return None

    def _process_steps(self, state: State, number: int, process: Process) -> Iterator[tuple[str, State]]:
        waiter = (number, process.message)
        if process.phase in (DONE, DEAD):
            return
        if process.phase == TAKING:
            yield from self._taking(state, number, waiter)
        elif process.phase == WAITING:
            yield from self._waiting(state, number, waiter)
        else:
            yield self._turn(state, number, waiter)
        if state.left.late and process.phase != TAKING and not (state.item and state.item.ticket(waiter)):
            yield "its take arrives again, late", _spend(self._issue(state, waiter), "late")
        if state.left.crashes:
            yield "crash", _spend(_set(state, number, phase=DEAD), "crashes")

    def _taking(self, state: State, number: int, waiter: tuple[int, int]) -> Iterator[tuple[str, State]]:
        taken = self._issue(state, waiter)
        assert taken.item
        yield "take", _set(taken, number, phase=WAITING, ticket=taken.item.ticket(waiter))
        if state.left.repeats:
            yield "take, reply lost", _spend(taken, "repeats")

    def _issue(self, state: State, waiter: tuple[int, int]) -> State:
        item = state.item or Item(state.highest + 1 if self.base == "clock" else 1, ())
        if item.ticket(waiter) and self.take == "named":
            return state._replace(item=item)
        broken = None if item.seq > state.highest else "a ticket was issued twice"
        issued = Item(item.seq + 1, (*item.queue, (waiter, item.seq)))
        return state._replace(item=issued, highest=max(item.seq, state.highest), broken=broken)

    def _waiting(self, state: State, number: int, waiter: tuple[int, int]) -> Iterator[tuple[str, State]]:
        mine = state.processes[number].ticket
        if not state.item or state.item.ticket(waiter) != mine:
            yield "finds itself put out", _set(state, number, phase=TAKING, ticket=0)
            return
        if state.item.first() == waiter:
            yield "enter", _set(state, number, phase=HOLDING)
        for name, ticket in state.item.queue:
            if ticket < mine:
                yield from self._evict(state, name, ticket)

    def _evict(self, state: State, name: tuple[int, int], ticket: int) -> Iterator[tuple[str, State]]:
        assert state.item
        owner = state.processes[name[0]]
        alive = owner.message == name[1] and owner.ticket in (ticket, 0) and owner.phase not in (DONE, DEAD)
        if not alive:
            yield f"evict the dead {name}", state._replace(item=state.item.without(name))
        elif state.left.evictions:
            yield f"evict {name}", _spend(state, "evictions")._replace(item=state.item.without(name))

    def _turn(self, state: State, number: int, waiter: tuple[int, int]) -> tuple[str, State]:
        process = state.processes[number]
        if process.phase == HOLDING:
            return "read", _set(state, number, phase=READ, seen=state.store)
        if process.phase == READ:
            return "write", self._write(state, number, waiter)
        phase = TAKING if process.message + 1 < self.messages else DONE
        item = state.item.without(waiter) if state.item else None
        following = Process(process.message + (phase == TAKING), phase, 0, None)
        return "give back", _set(state._replace(item=item), number, **following._asdict())

    def _write(self, state: State, number: int, waiter: tuple[int, int]) -> State:
        process, store = state.processes[number], state.store
        assert process.seen
        fits = {
            "version": store.version == process.seen.version and process.ticket > store.ticket,
            "ticket": process.ticket >= store.ticket,
            "none": True,
        }[self.store]
        if not fits and self.store == "ticket":  # refused: the turn is not in the history, and says so
            return _set(state, number, phase=WRITTEN, seen=None)
        history = (process.seen if fits else store).history | 1 << number * self.messages + waiter[1]
        broken = "lost update" if store.history & ~history else None
        written = Conversation(store.version + 1, max(store.ticket, process.ticket), history)
        return _set(state._replace(store=written, broken=broken), number, phase=WRITTEN, seen=None)


class Names(NamedTuple):
    """New names for a state's processes, tickets and versions."""

    messages: int
    order: list[int]
    tickets: dict[int, int]
    versions: dict[int, int]

    def process(self, process: Process) -> Process:
        seen = self.conversation(process.seen) if process.seen else None
        return Process(process.message, process.phase, self.tickets[process.ticket], seen)

    def conversation(self, store: Conversation) -> Conversation:
        own, history = (1 << self.messages) - 1, 0
        for new, old in enumerate(self.order):
            history |= (store.history >> old * self.messages & own) << new * self.messages
        return Conversation(self.versions[store.version], self.tickets[store.ticket], history)


def _ranks(state: State) -> tuple[dict[int, int], dict[int, int]]:
    stores = [state.store, *(process.seen for process in state.processes if process.seen)]
    tickets = {0, state.highest, *(process.ticket for process in state.processes), *(store.ticket for store in stores)}
    if state.item:
        tickets.update([ticket for _, ticket in state.item.queue])
    versions = {store.version for store in stores}
    return _rank(tickets), _rank(versions)


def _rank(values: set[int]) -> dict[int, int]:
    return {value: rank for rank, value in enumerate(sorted(values))}


def _set(state: State, number: int, **changes: object) -> State:
    changed = state.processes[number]._replace(**changes)
    return state._replace(processes=(*state.processes[:number], changed, *state.processes[number + 1 :]))


def _spend(state: State, kind: str) -> State:
    return state._replace(left=state.left._replace(**{kind: getattr(state.left, kind) - 1}))
