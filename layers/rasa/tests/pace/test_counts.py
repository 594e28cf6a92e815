"""Words and letters are counted as scikit-learn counts them."""

import numpy as np
import pytest
from rasa.engine.graph import ExecutionContext, GraphSchema
from rasa.engine.storage.local_model_storage import LocalModelStorage
from rasa.engine.storage.resource import Resource
from rasa.nlu.featurizers.sparse_featurizer.count_vectors_featurizer import CountVectorsFeaturizer
from rasa.nlu.tokenizers.whitespace_tokenizer import WhitespaceTokenizer
from rasa.shared.nlu.constants import INTENT, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData
from sklearn.feature_extraction.text import CountVectorizer

from parlance_rasa.pace import counts

SAID = ["Book a table for four", "a table, please", "hello hello hello", "Grüße aus Köln", "ünïcode ❤", "no"]
UNKNOWN = ["xyzzy", "xyzzy plugh", "hello xyzzy hello", "a b c", "❤ ❤", "HELLO Köln!", "table" * 50, "."]
CONFIGS = [
    {},
    {"analyzer": "char_wb", "min_ngram": 1, "max_ngram": 4},
    {"analyzer": "char", "min_ngram": 2, "max_ngram": 3, "lowercase": False},
    {"max_ngram": 2, "OOV_token": "oov", "OOV_words": ["please"]},
    {"use_shared_vocab": True},
    {"stop_words": ["a", "for"], "strip_accents": "unicode"},
]


def message(text):
    made = Message({TEXT: text, INTENT: "it"})
    WhitespaceTokenizer(WhitespaceTokenizer.get_default_config()).process([made])
    return made


@pytest.fixture(params=CONFIGS, ids=lambda config: " ".join(config) or "words")
def featurizer(request, tmp_path):
    storage, context = LocalModelStorage.create(tmp_path), ExecutionContext(GraphSchema({}))
    config = dict(CountVectorsFeaturizer.get_default_config(), **request.param)
    trained = CountVectorsFeaturizer.create(config, storage, Resource("counts"), context)
    trained.train(TrainingData([message(text) for text in SAID]))
    return trained


def same(ours, theirs):
    assert (ours is None) == (theirs is None)
    for name in vars(theirs) if theirs is not None else ():
        left, right = getattr(ours, name), getattr(theirs, name)
        np.testing.assert_array_equal(left, right)
        assert getattr(left, "dtype", None) == getattr(right, "dtype", None)


@pytest.mark.parametrize("text", SAID + UNKNOWN)
def test_a_message_has_the_same_features(featurizer, monkeypatch, text):
    theirs, ours = message(text), message(text)
    featurizer.process([theirs])
    monkeypatch.setattr(CountVectorsFeaturizer, "_create_features", counts.create_features)
    featurizer.process([ours])
    assert len(ours.features) == len(theirs.features)
    for left, right in zip(ours.features, theirs.features):  # noqa: B905 - `strict` is Python 3.10's
        assert (left.type, left.origin, left.attribute) == (right.type, right.origin, right.attribute)
        same(left.features, right.features)


def test_an_intent_and_nothing_have_the_same_features(featurizer, monkeypatch):
    theirs = [featurizer._create_features(name, [["it"], [], ["else", "it"]]) for name in (INTENT, TEXT)]
    monkeypatch.setattr(CountVectorsFeaturizer, "_create_features", counts.create_features)
    ours = [featurizer._create_features(name, [["it"], [], ["else", "it"]]) for name in (INTENT, TEXT)]
    for left, right in zip(ours, theirs):  # noqa: B905 - `strict` is Python 3.10's
        for mine, rasas in zip(left, right):  # noqa: B905 - `strict` is Python 3.10's
            assert len(mine) == len(rasas)
            list(map(same, mine, rasas))


@pytest.mark.parametrize("settings", [{"binary": True}, {"dtype": np.float32}])
def test_other_settings_of_scikit_learn(featurizer, monkeypatch, settings):
    vectorizer = CountVectorizer(**settings).fit(SAID)
    featurizer.vectorizers[TEXT] = vectorizer
    theirs = featurizer._create_features(TEXT, [["hello", "table", "hello"]])
    monkeypatch.setattr(CountVectorsFeaturizer, "_create_features", counts.create_features)
    ours = featurizer._create_features(TEXT, [["hello", "table", "hello"]])
    for left, right in zip(ours, theirs):  # noqa: B905 - `strict` is Python 3.10's
        same(left[0], right[0])
