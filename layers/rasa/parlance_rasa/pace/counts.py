"""How often which words and letters occur: counted as scikit-learn does, without its way through three matrices."""

from typing import Any, Callable, Dict, List, Tuple

import numpy as np
from rasa.nlu.constants import DENSE_FEATURIZABLE_ATTRIBUTES
from rasa.nlu.featurizers.sparse_featurizer.count_vectors_featurizer import CountVectorsFeaturizer
from sklearn.feature_extraction.text import CountVectorizer

from parlance_rasa.pace import matrices

_usual = CountVectorsFeaturizer._create_features  # noqa: SLF001 - what this file is about
_ANALYZER = "_parlance_analyzer"


def create_features(featurizer: Any, attribute: str, all_tokens: List[List[str]]) -> Tuple[List[Any], List[Any]]:
    """Return Rasa's features of each text: by token, and of the whole."""
    vectorizer = featurizer.vectorizers.get(attribute)
    if type(vectorizer) is not CountVectorizer or vectorizer.binary:
        return _usual(featurizer, attribute, all_tokens)  # type: ignore[no-any-return]
    is_dense = attribute in DENSE_FEATURIZABLE_ATTRIBUTES
    sequences = [counted(vectorizer, tokens) if tokens else None for tokens in all_tokens]
    sentences = [counted(vectorizer, [" ".join(tokens)]) if tokens and is_dense else None for tokens in all_tokens]
    return sequences, sentences


def counted(vectorizer: Any, texts: List[str]) -> Any:
    """Return `vectorizer.transform(texts)`, its indices sorted, as a coordinate matrix."""
    vectorizer._check_vocabulary()  # noqa: SLF001 - as `transform` does
    number_of, split = vectorizer.vocabulary_.get, _analyzer(vectorizer)
    rows: List[int] = []
    found: List[Tuple[int, int]] = []
    for row, text in enumerate(texts):
        counts: Dict[int, int] = {}
        for feature in split(text):
            number = number_of(feature)
            if number is not None:
                counts[number] = counts.get(number, 0) + 1
        found += sorted(counts.items())
        rows += [row] * len(counts)
    cells = np.array(found, np.int64).reshape(-1, 2)
    col, data = cells[:, 0].astype(np.int32), cells[:, 1].astype(vectorizer.dtype)
    return matrices.coo(data, np.array(rows, np.int32), col, (len(texts), len(vectorizer.vocabulary_)))


def _analyzer(vectorizer: Any) -> Callable[[str], List[str]]:
    """Return what splits a text, made once: it depends on the vectorizer's settings alone."""
    known = vars(vectorizer)
    if _ANALYZER not in known:
        known[_ANALYZER] = vectorizer.build_analyzer()
    return known[_ANALYZER]  # type: ignore[no-any-return]


def install() -> None:
    """Have featurizers count so."""
    if matrices.IS_KNOWN:
        CountVectorsFeaturizer._create_features = create_features  # type: ignore[method-assign, assignment]  # noqa: SLF001
