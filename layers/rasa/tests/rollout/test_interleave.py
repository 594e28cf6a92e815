"""Between the steps of a turn other turns go on; each gets its own results, and its errors."""

import asyncio

import pytest
from rasa.core.processor import MessageProcessor

from parlance_rasa.tasks import interleave


async def step(order, name, *, fails=False):
    order.append(name)
    if fails:
        raise ValueError(name)
    return name


def test_turns_take_turns(run):
    order, slow = [], interleave.giving_way(step)

    async def turn(name):
        return [await slow(order, name) for _ in range(3)]

    async def both():
        return await asyncio.gather(turn("a"), turn("b"))

    assert run(both()) == [["a"] * 3, ["b"] * 3]
    assert order == ["a", "b"] * 3


def test_what_a_step_raises_is_raised(run):
    with pytest.raises(ValueError, match="a"):
        run(interleave.giving_way(step)([], "a", fails=True))


def test_rasas_processor_has_these_steps(monkeypatch):
    usual = {name: getattr(MessageProcessor, name) for name in interleave.STEPS}
    for name, method in usual.items():
        assert asyncio.iscoroutinefunction(method)
        monkeypatch.setattr(MessageProcessor, name, method)  # put back at the end

    interleave.install()

    assert all(getattr(MessageProcessor, name) is not method for name, method in usual.items())
