"""What the emulator gives a function of a queue: as much as its mapping asks for, if it is there."""

import pytest

from infra.local.whole_batches import repeated


def ten_at_most(waiting):
    """Return MiniStack's receiver over a queue in which these wait."""

    def receive(_queue, most):
        taken = waiting[: min(most, 10)]
        del waiting[: len(taken)]
        return taken

    return receive


@pytest.mark.parametrize(
    ("waiting", "most", "given"), [(0, 100, 0), (7, 100, 7), (20, 100, 20), (25, 10, 10), (250, 100, 100), (5, 3, 3)]
)
def test_batch_is_as_large_as_asked_for_or_as_what_waits(waiting, most, given):
    queue = list(range(waiting))

    found = repeated(ten_at_most(queue))("queue", most)

    assert found == list(range(given))
    assert len(queue) == waiting - given
