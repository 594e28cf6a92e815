"""Loads TensorFlow models in a fraction of the time: weights come first, and each layer takes its own when it is made.

Rasa builds a model's layers by training one step on an example, loads the weights over what that made, and then builds
the graph of a prediction. Here only that graph is built, once, and each layer takes its weights from the same file: so
the predictions are the same. What cannot be loaded so is loaded as Rasa does, but for the gradients, which nobody uses:
the example's step ends with the loss.
"""

import logging
import threading
from contextlib import contextmanager
from typing import Any, Iterator

logger = logging.getLogger(__name__)


@contextmanager
def without_gradients() -> Iterator[None]:
    """Load models on this thread without training them; a training on another thread computes its own gradients."""
    from rasa.utils.tensorflow.models import RasaModel

    usual, usual_load, loader = RasaModel.train_step, RasaModel.__dict__["load"], threading.get_ident()

    def step(model: Any, batch_in: Any) -> Any:
        return _look(model, batch_in) if threading.get_ident() == loader else usual(model, batch_in)

    def load(cls: Any, file: Any, example: Any, asked: Any = None, *tuned: Any, **given: Any) -> Any:
        is_quick = bool(asked) and not tuned and threading.get_ident() == loader
        model = _tried(cls, file, asked, **given) if is_quick else None
        return usual_load.__func__(cls, file, example, asked, *tuned, **given) if model is None else model

    RasaModel.train_step, RasaModel.load = step, classmethod(load)
    try:
        yield
    finally:
        RasaModel.train_step, RasaModel.load = usual, usual_load


def _tried(cls: Any, file: Any, asked: Any, *, finetune_mode: bool = False, **given: Any) -> Any:
    """Return a model that was loaded quickly, or None."""
    if finetune_mode or given.get("config", {}).get("run_eagerly"):
        return None
    try:
        with _masking():
            return restored(cls(**given), file, asked)
    except Exception:  # whatever it is: Rasa's own way succeeds, or says what is wrong
        logger.info("A model is loaded as Rasa does.", exc_info=True)
        return None


def restored(model: Any, file: Any, asked: Any) -> Any:
    """Give a new model its weights and have it predict once; raise when a variable of it is not in the file."""
    import tensorflow as tf

    model.compile(run_eagerly=False)
    status = model.load_weights(file).expect_partial()  # what only a training needs stays in the file
    with tf.variable_creator_scope(_outside):
        model.run_inference(asked)
    status.assert_existing_objects_matched()
    return model


def _outside(create: Any, **given: Any) -> Any:
    """Make a variable outside of the graph that is being built, or TensorFlow would build that a second time."""
    return create(**{**given, "experimental_enable_variable_lifting": False})


@contextmanager
def _masking() -> Iterator[None]:
    """Mask the weights of this thread's layers once, when they are made: a prediction would do it anew each time."""
    import tensorflow as tf
    from rasa.utils.tensorflow.layers import RandomlyConnectedDense

    usual, loader = RandomlyConnectedDense.build, threading.get_ident()

    def build(layer: Any, shape: Any) -> None:
        usual(layer, shape)
        if threading.get_ident() != loader or layer.kernel_mask is None:
            return
        with tf.init_scope():
            layer.kernel.assign(layer.kernel * layer.kernel_mask)
        layer.density = 1.0  # as of a layer without a mask

    RandomlyConnectedDense.build = build
    try:
        yield
    finally:
        RandomlyConnectedDense.build = usual


def _look(model: Any, batch_in: Any) -> Any:
    model._training = True  # noqa: SLF001 - as Rasa's own step does
    model.total_loss.update_state(model.batch_loss(batch_in))
    model._training = None  # noqa: SLF001
    return model._get_metric_results()  # noqa: SLF001
