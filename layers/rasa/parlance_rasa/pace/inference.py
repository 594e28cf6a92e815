"""A model's TensorFlow function called directly, once TensorFlow has built it, and without masking its weights anew.

Each call goes through TensorFlow's search for the function that fits the inputs. There is one only: Rasa gives it a
signature. Inputs that do not fit go Rasa's way, and fail as they do there. In each call Rasa also multiplies weights
by masks of zeros and ones and writes them back: what is masked once stays so (a training makes models of its own).
"""

from typing import Any, List, Optional

import numpy as np
import tensorflow as tf
from keras.utils import tf_utils
from rasa.shared.constants import DIAGNOSTIC_DATA
from rasa.utils.tensorflow.layers import RandomlyConnectedDense
from rasa.utils.tensorflow.models import RasaModel
from tensorflow.python.eager import context as eager
from tensorflow.python.framework import constant_op

KNOWN = "2.12."
_usual = RasaModel._rasa_predict  # noqa: SLF001 - what this file is about
_BUILT = "_parlance_built"


def predict(model: Any, batch: Any) -> Any:
    """Return what Rasa's `_rasa_predict` does."""
    step = model._tf_predict_step  # noqa: SLF001
    built = getattr(step, _BUILT, None)
    if built is None or model._run_eagerly or not _fit(batch, built.specs):  # noqa: SLF001
        return _first(model, batch)
    result = tf_utils.sync_to_numpy_or_python_type(built(batch))
    if DIAGNOSTIC_DATA in result:
        result[DIAGNOSTIC_DATA] = model._empty_lists_to_none_in_dict(result[DIAGNOSTIC_DATA])  # noqa: SLF001
    return result


class Built:
    """The function that TensorFlow built for a model."""

    def __init__(self, step: Any) -> None:
        self.specs: List[Any] = tf.nest.flatten(step.input_signature)
        self._function = step.get_concrete_function()

    def __call__(self, batch: Any) -> Any:
        """Run it, as TensorFlow does when it has found it."""
        context = eager.context()
        inputs = [constant_op.convert_to_eager_tensor(value, context) for value in batch]
        return self._function._call_flat(inputs, self._function.captured_inputs)  # noqa: SLF001


def _first(model: Any, batch: Any) -> Any:
    """Run Rasa's way, and remember what TensorFlow built."""
    if model._tf_predict_step is None:  # noqa: SLF001
        mask_weights(model)
    result = _usual(model, batch)
    step = model._tf_predict_step  # noqa: SLF001
    if step is not None and getattr(step, _BUILT, None) is None:
        setattr(step, _BUILT, Built(step))
    return result


def mask_weights(model: Any) -> None:
    """Mask the weights of a loaded model for good, so that its function, which is still to be built, need not."""
    for layer in model._flatten_layers():  # noqa: SLF001 - `submodules` stumbles over what Keras keeps there
        if isinstance(layer, RandomlyConnectedDense) and getattr(layer, "kernel_mask", None) is not None:
            layer.kernel.assign(layer.kernel * layer.kernel_mask)
            layer.density = 1.0  # as of a layer without a mask


def _fit(batch: Any, specs: List[Any]) -> bool:
    return len(batch) == len(specs) and all(map(_fits, batch, specs))


def _fits(value: Any, spec: Any) -> Optional[bool]:
    if not isinstance(value, np.ndarray) or value.dtype != spec.dtype.as_numpy_dtype or value.ndim != spec.shape.rank:
        return False
    return spec.shape[-1] in (None, value.shape[-1]) if value.ndim else True


def install() -> None:
    """Have models call so, where TensorFlow is the one that this was written for."""
    if tf.__version__.startswith(KNOWN):
        RasaModel._rasa_predict = predict  # type: ignore[method-assign]  # noqa: SLF001
