"""A model that is loaded quickly predicts what Rasa's own loading has it predict: intents, entities, actions."""

import asyncio

import pytest
from rasa.core.agent import Agent
from rasa.core.channels.channel import UserMessage
from rasa.model_training import train
from rasa.shared.core.events import ActionExecuted, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.utils.tensorflow.layers import RandomlyConnectedDense

from parlance_rasa.rollout import quick

CONFIG = """
recipe: default.v1
assistant_id: tests
language: en
pipeline:
- {name: WhitespaceTokenizer}
- {name: CountVectorsFeaturizer}
- {name: DIETClassifier, epochs: 1, random_seed: 1, number_of_transformer_layers: 1}
policies:
- {name: TEDPolicy, epochs: 1, random_seed: 1, max_history: 3, entity_recognition: false}
"""
DOMAIN = """
version: "3.1"
intents: [greet, order]
entities: [dish]
slots: {dish: {type: text, mappings: [{type: from_entity, entity: dish}]}}
responses:
  utter_greet: [{text: hi}]
  utter_order: [{text: soon}]
"""
DATA = """
version: "3.1"
nlu:
- {intent: greet, examples: "- hello\\n- hi\\n- hey you"}
- {intent: order, examples: "- bring [soup](dish)\\n- I want [rice](dish) now\\n- [bread](dish)"}
stories:
- story: first
  steps: [{intent: greet}, {action: utter_greet}, {intent: order, entities: [{dish: soup}]}, {action: utter_order}]
- {story: second, steps: [{intent: order}, {action: utter_order}]}
"""
TEXTS = ("hello", "bring soup now", "something else")


@pytest.fixture(scope="module")
def model(tmp_path_factory):
    """A file with a trained DIET and TED."""
    folder = tmp_path_factory.mktemp("bot")
    for name, text in (("config.yml", CONFIG), ("domain.yml", DOMAIN), ("data.yml", DATA)):
        (folder / name).write_text(text)
    paths = [str(folder / name) for name in ("domain.yml", "config.yml", "data.yml")]
    return train(paths[0], paths[1], [paths[2]], output=str(folder / "models"), force_training=True).model


def numbers(path):
    """Load a model and return every confidence that it gives."""
    agent = Agent()
    agent.load_model(path)
    found = []
    for text in TEXTS:
        parsed = asyncio.run(agent.processor.parse_message(UserMessage(text)))
        tracker = DialogueStateTracker("ada", agent.domain.slots)
        said = UserUttered(text, parsed["intent"], parsed["entities"], parsed)
        tracker.update_with_events([ActionExecuted("action_listen"), said], agent.domain)
        actions = agent.processor.predict_next_with_tracker(tracker)["scores"]
        found += [one["confidence"] for one in sorted(parsed["intent_ranking"], key=lambda one: one["name"])]
        found += [one["confidence_entity"] for one in parsed["entities"]] + [one["score"] for one in actions]
    return found


@pytest.fixture(scope="module")
def expected(model):
    """What Rasa's own loading gives."""
    return numbers(model)


def test_every_confidence_is_rasas_own(model, expected, monkeypatch):
    restored, restore = [], quick.restored

    def note(*given):
        restored.append(restore(*given))
        return restored[-1]

    monkeypatch.setattr(quick, "restored", note)
    with quick.without_gradients():
        assert numbers(model) == pytest.approx(expected, abs=1e-6)

    assert sorted(type(one).__name__ for one in restored) == ["DIET", "TED"]
    for one in restored:
        assert one._tf_predict_step.experimental_get_tracing_count() == 1
        assert {layer.density for layer in one._flatten_layers() if isinstance(layer, RandomlyConnectedDense)} == {1.0}


def test_what_cannot_be_loaded_quickly_is_loaded_as_rasa_does(model, expected, monkeypatch):
    monkeypatch.setattr(quick, "restored", lambda *_: 1 / 0)

    with quick.without_gradients():
        assert numbers(model) == pytest.approx(expected, abs=1e-6)
