"""A message's sparse features joined at once, where Rasa copies the first and adds the others one by one."""

from typing import Any, List, Optional

from rasa.shared.nlu.training_data.features import Features
from rasa.shared.nlu.training_data.message import Message

from parlance_rasa.pace import matrices

_join_usual = Message._combine_features  # noqa: SLF001 - what this file is about


def join(features: List[Any], featurizers: List[str]) -> Optional[Any]:
    """Return what Rasa makes of several features."""
    if len(features) < 2 or not _fit(features):  # noqa: PLR2004
        return _join_usual(features, featurizers)
    first = features[0]
    return Features(matrices.beside([one.features for one in features]), first.type, first.attribute, featurizers)


def _fit(features: List[Any]) -> bool:
    return all(type(one) is Features for one in features) and matrices.fit([one.features for one in features])


def install() -> None:
    """Have messages join their features so."""
    if matrices.IS_KNOWN:
        Message._combine_features = staticmethod(join)  # type: ignore[method-assign, assignment]  # noqa: SLF001
