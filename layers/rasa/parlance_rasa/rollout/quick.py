"""Loads TensorFlow models in a tenth of the time: their layers are built by a look at an example, not by a training.

Rasa builds a model's layers by training one step on an example, and loads the weights over what that made. Most of the
time goes into the graph of gradients, which nobody uses. Here the step ends with the loss: the same layers, the same
weights from the same file, and so the same predictions.
"""

import threading
from contextlib import contextmanager
from typing import Any, Iterator


@contextmanager
def without_gradients() -> Iterator[None]:
    """Load models on this thread without computing gradients; a training on another thread computes its own."""
    from rasa.utils.tensorflow.models import RasaModel

    usual, loader = RasaModel.train_step, threading.get_ident()

    def step(model: Any, batch_in: Any) -> Any:
        return _look(model, batch_in) if threading.get_ident() == loader else usual(model, batch_in)

    RasaModel.train_step = step
    try:
        yield
    finally:
        RasaModel.train_step = usual


def _look(model: Any, batch_in: Any) -> Any:
    model._training = True  # noqa: SLF001 - as Rasa's own step does
    model.total_loss.update_state(model.batch_loss(batch_in))
    model._training = None  # noqa: SLF001
    return model._get_metric_results()  # noqa: SLF001
