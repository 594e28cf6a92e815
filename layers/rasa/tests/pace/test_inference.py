"""A model's function, called directly, gives what TensorFlow's own search for it gives."""

import numpy as np
import pytest
import tensorflow as tf
from rasa.shared.constants import DIAGNOSTIC_DATA
from rasa.utils.tensorflow.layers import RandomlyConnectedDense
from rasa.utils.tensorflow.models import RasaModel

from parlance_rasa.pace import inference


class Model(RasaModel):
    """Adds what it is given, weighs it, and tells something besides."""

    def __init__(self):
        super().__init__(random_seed=1)
        self.weight, self.prepared = tf.Variable(2.0), 0

    def prepare_for_predict(self):
        self.prepared += 1

    def batch_predict(self, batch_in):
        numbers, places = batch_in
        total = tf.reduce_sum(numbers) * self.weight
        told = {"empty": tf.zeros([0]), "all": numbers}
        return {"total": total, "rows": numbers * self.weight, "places": places + 1, DIAGNOSTIC_DATA: told}


BATCHES = [(np.full((1, height, 3), height, np.float32), np.arange(height, dtype=np.int64)) for height in (1, 4, 2, 4)]


def same(ours, theirs):
    assert type(ours) is type(theirs)
    if isinstance(theirs, dict):
        assert list(ours) == list(theirs)
        for name in theirs:
            same(ours[name], theirs[name])
    else:
        np.testing.assert_array_equal(ours, theirs)
        assert getattr(ours, "dtype", None) == getattr(theirs, "dtype", None)


@pytest.mark.parametrize("is_eager", [False, True])
def test_results_are_the_same(is_eager):
    usual, direct = Model(), Model()
    for model in (usual, direct):
        model.compile(run_eagerly=is_eager)
    for batch in BATCHES:
        same(inference.predict(direct, batch), usual._rasa_predict(batch))
    assert direct.prepared == usual.prepared == 1
    assert hasattr(direct._tf_predict_step, inference._BUILT) is not is_eager
    direct.weight.assign(3.0)
    usual.weight.assign(3.0)
    same(inference.predict(direct, BATCHES[0]), usual._rasa_predict(BATCHES[0]))


WRONG = [
    (np.zeros((1, 2, 4), np.float32), np.zeros(2, np.int64)),
    (np.zeros((1, 3), np.float32), np.zeros(2, np.int64)),
    (None, np.zeros(2, np.int64)),
    (np.zeros((1, 2, 3), np.float32),),
]


@pytest.mark.parametrize("batch", WRONG)
def test_what_does_not_fit_fails_in_tensorflows_words(batch):
    usual, direct = Model(), Model()
    for model in (usual, direct):
        model.compile(run_eagerly=False)
    inference.predict(direct, BATCHES[0])
    usual._rasa_predict(BATCHES[0])
    with pytest.raises(Exception) as theirs:  # noqa: PT011 - whatever TensorFlow raises
        usual._rasa_predict(batch)
    with pytest.raises(type(theirs.value)) as ours:
        inference.predict(direct, batch)
    assert str(ours.value).splitlines()[0] == str(theirs.value).splitlines()[0]


def test_what_tensorflow_makes_fit_fits_here_too():
    usual, direct = Model(), Model()
    for model in (usual, direct):
        model.compile(run_eagerly=False)
    inference.predict(direct, BATCHES[0])
    usual._rasa_predict(BATCHES[0])
    batch = (np.ones((1, 2, 3), np.float64), [1, 2])
    same(inference.predict(direct, batch), usual._rasa_predict(batch))


class Sparse(RasaModel):
    """A model with weights that are masked, as those of DIET and TED."""

    def __init__(self):
        super().__init__(random_seed=5)
        self.inner = RandomlyConnectedDense(density=0.3, units=7)
        self.dense = RandomlyConnectedDense(density=1.0, units=2)

    def prepare_for_predict(self):
        pass

    def batch_predict(self, batch_in):
        return {"said": self.dense(self.inner(batch_in[0]))}


def test_weights_that_are_masked_once_give_the_same_results():
    usual, direct = Sparse(), Sparse()
    batches = [(np.random.RandomState(seed).randn(1, 4, 9).astype(np.float32),) for seed in range(4)]
    for model in (usual, direct):
        model.compile(run_eagerly=False)
        model.batch_predict(batches[0])
        model.inner.kernel.assign(np.random.RandomState(9).randn(9, 7))  # as read from a file: not masked yet
        model.dense.kernel.assign(np.random.RandomState(8).randn(7, 2))
        model.inner.kernel_mask.assign(np.random.RandomState(7).randint(0, 2, (9, 7)))
    for batch in batches:
        same(inference.predict(direct, batch), usual._rasa_predict(batch))
    np.testing.assert_array_equal(direct.inner.kernel.numpy(), usual.inner.kernel.numpy())
    assert (direct.inner.kernel.numpy() == 0).any()
    assert "AssignVariableOp" in written(usual)
    assert "AssignVariableOp" not in written(direct)


def written(model):
    graph = model._tf_predict_step.get_concrete_function().graph.as_graph_def()
    return [node.op for node in graph.node]


def test_another_tensorflow_is_left_as_it_is(monkeypatch):
    monkeypatch.setattr(RasaModel, "_rasa_predict", inference._usual)
    monkeypatch.setattr(inference, "KNOWN", "1.")
    inference.install()
    assert RasaModel._rasa_predict is inference._usual
