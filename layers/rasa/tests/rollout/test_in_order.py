"""The order that Rasa's runner found once is repeated: same components, same inputs, same results, same errors."""

import pytest
from rasa.engine.exceptions import GraphComponentException
from rasa.engine.graph import ExecutionContext, GraphComponent, GraphSchema, SchemaNode
from rasa.engine.runner.dask import DaskGraphRunner

from parlance_rasa.rollout.in_order import InOrderGraphRunner

RAN = []


class Part(GraphComponent):
    """Notes that it ran, and answers with its name around what it was given."""

    def __init__(self, name):
        self.name = name

    @classmethod
    def create(cls, config, model_storage, resource, execution_context):
        return cls(config["name"])

    def run(self, **given):
        RAN.append(self.name)
        if "bad" in given.values():
            raise ValueError("bad")
        return "%s(%s)" % (self.name, ",".join("%s=%s" % item for item in sorted(given.items())))


def node(name, **needs):
    return SchemaNode(
        needs=needs, uses=Part, constructor_name="create", fn="run", config={"name": name}, is_target=True
    )


SCHEMA = GraphSchema({
    "token": node("token", message="__message__"),
    "left": node("left", tokens="token"),
    "right": node("right", tokens="token", tracker="__tracker__"),
    "both": node("both", a="left", b="right", message="__message__"),
    "aside": node("aside", tracker="__tracker__"),
})  # fmt: skip


def ran(runner, inputs, targets):
    RAN.clear()
    result = runner.run(inputs, targets)
    return result, list(RAN)


@pytest.fixture
def runners():
    context = ExecutionContext(SCHEMA)
    return [kind.create(SCHEMA, None, context) for kind in (DaskGraphRunner, InOrderGraphRunner)]


@pytest.mark.parametrize("targets", [["both"], ["both", "aside"], ["aside"], None])
def test_every_run_is_as_rasas_own(runners, targets):
    stock, ours = runners
    for message in ("hi", "you", "token"):  # the last one is also a component's name
        inputs = {"__message__": [message], "__tracker__": {"of": message}}
        expected = ran(stock, inputs, targets)
        assert ran(ours, inputs, targets) == expected
        assert ran(ours, inputs, targets) == expected


def test_other_targets_and_inputs_have_an_order_of_their_own(runners):
    stock, ours = runners
    for targets in (["both"], ["aside"], ["left"], ["both"]):
        inputs = {"__message__": 1} if targets == ["left"] else {"__message__": 1, "__tracker__": 2}
        assert ran(ours, inputs, targets) == ran(stock, inputs, targets)


def test_what_fails_fails_alike_and_changes_nothing(runners):
    for runner in runners:
        for message in ("bad", "good", "bad"):
            inputs = {"__message__": message, "__tracker__": 1}
            if message == "good":
                assert "both" in runner.run(inputs, ["both"])
                continue
            with pytest.raises(GraphComponentException, match="token"):
                runner.run(inputs, ["both"])
