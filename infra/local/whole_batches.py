"""MiniStack with batches as large as a mapping asks for: it gives a function ten messages of a queue at most.

In AWS `BatchSize` may be 10,000, and a batch costs the function, the database and Lambda itself as much as a message
does: a queue that is behind is worked off several times faster in large batches.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable


def give_whole_batches(sqs: Any) -> None:
    """Let MiniStack's module `sqs` receive for mappings what they ask for; what waits is given at once, as before."""
    sqs._receive_messages_for_esm = repeated(sqs._receive_messages_for_esm)  # noqa: SLF001 - there is no setting for it


def repeated(receive: Callable[[str, int], list[dict[str, Any]]]) -> Callable[[str, int], list[dict[str, Any]]]:
    """Return a receiver that asks `receive` until it has enough or nothing more waits."""

    def received(queue: str, most: int) -> list[dict[str, Any]]:
        found = receive(queue, most)
        while found and len(found) < most:
            more = receive(queue, most - len(found))
            if not more:
                break
            found += more
        return found

    return received


if __name__ == "__main__":
    import ministack.app  # type: ignore[import-untyped]
    import ministack.services.sqs as queues  # type: ignore[import-untyped]

    give_whole_batches(queues)
    ministack.app.main()
