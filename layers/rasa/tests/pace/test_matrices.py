"""Sparse matrices and messages' features are what scipy and Rasa make of them, entry by entry."""

import copy

import numpy as np
import pytest
import scipy.sparse
from rasa.shared.nlu.constants import FEATURE_TYPE_SENTENCE, FEATURE_TYPE_SEQUENCE, TEXT
from rasa.shared.nlu.training_data.features import Features
from rasa.shared.nlu.training_data.message import Message

from parlance_rasa.pace import features, index_types, matrices


def same(ours, theirs):
    """Compare all that a matrix consists of, types of arrays and their order included."""
    assert type(ours) is type(theirs)
    left, right = vars(ours), vars(theirs)
    assert left.keys() == right.keys()
    for name in left:
        np.testing.assert_array_equal(left[name], right[name])
        assert getattr(left[name], "dtype", None) == getattr(right[name], "dtype", None)


def matrix(kind, height, width, seed=1, of=scipy.sparse.coo_matrix):
    dense = np.random.RandomState(seed).randint(0, 3, (height, width)).astype(kind)
    return of(dense)


def test_the_installed_scipy_is_known():
    assert matrices.IS_KNOWN


@pytest.mark.parametrize("height", [0, 1, 5])
def test_a_matrix_is_the_one_that_scipy_makes(height):
    theirs = matrix(np.int64, height, 4)
    theirs = scipy.sparse.coo_matrix((theirs.data, (theirs.row, theirs.col)), shape=theirs.shape)
    same(matrices.coo(theirs.data, theirs.row, theirs.col, theirs.shape), theirs)


KINDS = [(np.int64, np.float64), (np.float64, np.int64, np.int64), (np.int64, np.int64), (np.float32, np.int32)]


@pytest.mark.parametrize("kinds", KINDS)
def test_side_by_side_is_as_two_by_two(kinds):
    parts = [matrix(kind, 3, width, seed=width) for width, kind in enumerate(kinds, 2)]
    theirs = parts[0]
    for part in parts[1:]:
        theirs = scipy.sparse.hstack([theirs, part])
    assert matrices.fit(parts)
    same(matrices.beside(parts), theirs)


def featured(sequence=scipy.sparse.coo_matrix, first_height=3):
    message = Message({TEXT: "one two three"})
    for number, kind in enumerate([np.float64, np.float64, np.int64, np.int64]):
        height = first_height if number == 0 else 3
        for name, rows in ((FEATURE_TYPE_SEQUENCE, height), (FEATURE_TYPE_SENTENCE, 1)):
            found = matrix(kind, rows, 3 + number, seed=number, of=sequence)
            message.add_features(Features(found, name, TEXT, "part %d" % number))
    message.add_features(Features(np.ones((3, 2)), FEATURE_TYPE_SEQUENCE, TEXT, "dense"))
    message.add_features(Features(np.zeros((3, 2)), FEATURE_TYPE_SEQUENCE, TEXT, "dense too"))
    return message


@pytest.mark.parametrize("of", [scipy.sparse.coo_matrix, scipy.sparse.csr_matrix])
@pytest.mark.parametrize("asked", [None, ["part 1"], ["part 1", "part 2", "part 3", "dense"]])
def test_a_messages_features_are_joined_as_rasa_does(monkeypatch, of, asked):
    message = featured(of)
    theirs = message.get_all_features(TEXT, asked)
    before = copy.deepcopy(message.features)
    monkeypatch.setattr(Message, "_combine_features", staticmethod(features.join))
    ours = message.get_all_features(TEXT, asked)
    assert len(ours) == len(theirs) >= 2
    for left, right in zip(ours, theirs):  # noqa: B905 - `strict` is Python 3.10's
        assert (left.type, left.origin, left.attribute) == (right.type, right.origin, right.attribute)
        assert left.fingerprint() == right.fingerprint()
        same(left.features, right.features) if left.is_sparse() else np.testing.assert_array_equal(
            left.features, right.features
        )
    for now, then in zip(message.features, before):  # noqa: B905 - and the message itself is as it was
        same(now.features, then.features) if now.is_sparse() else None


def test_features_that_do_not_fit_fail_in_rasas_words(monkeypatch):
    message = featured(first_height=2)
    with pytest.raises(ValueError, match="sequence dimensions") as theirs:
        message.get_all_features(TEXT)
    monkeypatch.setattr(Message, "_combine_features", staticmethod(features.join))
    with pytest.raises(ValueError, match="sequence dimensions") as ours:
        message.get_all_features(TEXT)
    assert str(ours.value) == str(theirs.value)


SMALL, LARGE = np.zeros(2, np.int32), np.zeros(2, np.int64)
ASKED = [
    ((), {"maxval": 3}),
    ((), {"maxval": 2**31 - 1}),
    ((), {"maxval": 2**31}),
    (((SMALL, SMALL),), {"maxval": 9, "check_contents": True}),
    (((SMALL, LARGE),), {"maxval": 9}),
    (((SMALL, LARGE),), {"maxval": 9, "check_contents": True}),
    ((LARGE,), {}),
    ((SMALL,), {}),
    (((),), {"maxval": np.int64(5)}),
    ((), {}),
]


@pytest.mark.parametrize(("args", "more"), ASKED)
def test_the_type_of_indices_is_scipys(args, more):
    assert index_types.get_index_dtype(*args, **more) == index_types.USUAL(*args, **more)


def test_scipy_asks_here_once_installed(monkeypatch):
    from scipy.sparse import _coo, _csr

    for module in (_coo, _csr):
        monkeypatch.setattr(module, "get_index_dtype", index_types.USUAL)
    index_types.install()
    assert _coo.get_index_dtype is index_types.get_index_dtype
    theirs = matrix(np.float64, 3, 4, of=scipy.sparse.csr_matrix)
    same(scipy.sparse.coo_matrix(theirs.toarray()).tocsr(), theirs)
